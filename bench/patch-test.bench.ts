import { type Champion, COSTS, FLOOR, type Life, type LifePlan, live } from '../test/support/patch-lives.ts'
import type { Burst, Change, DayEffect, World } from '../test/support/patch-worlds.ts'

const BASE: World = { classes: 2, features: 8, rows: 300, noise: 0.1 }
const NAMES = { 0: 'values', 2: '2 classes', 5: '5 classes' } as const
const CLASSES = [2, 5, 0] as const
const CHANGE_AT = 10

/** Streams of one cell: seeds 1 … count. */
const livesOf = (plan: LifePlan, count: number): Life[] => Array.from({ length: count }, (_, i) => live(plan, i + 1))
const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length
const percent = (numbers: readonly boolean[]) => (100 * mean(numbers.map(Number))).toFixed(1)
const points = (loss: number) => (100 * loss).toFixed(2)
const streamsFor = (rows: number) => (rows <= 300 ? 200 : rows <= 1000 ? 50 : 20)
const cells = (...texts: readonly (string | number)[]) => console.log(`| ${texts.join(' | ')} |`)

function heading(...texts: readonly string[]): void {
  console.log()
  cells(...texts)
  cells(...texts.map(() => '---'))
}

interface Rest extends Partial<LifePlan> {
  readonly streams?: number
}

function quietRow(name: string, world: World, champion: Champion, rest: Rest = {}): void {
  const plan = { world, champion, windows: 40, isFreshAsked: champion === 'learned', ...rest }
  const lives = livesOf(plan, rest.streams ?? streamsFor(world.rows))
  const tested = lives.flatMap((life) => life.tested)
  const fresh = lives.flatMap(({ freshSaves }) => (freshSaves === null ? [] : [freshSaves]))
  cells(
    name,
    world.rows,
    champion,
    lives.length,
    percent(tested.map(({ low }) => low > FLOOR)),
    percent(lives.map((life) => life.tested.some(({ low }) => low > FLOOR))),
    ...COSTS.map((cost) => percent(lives.map((life) => life.trainedAfter.get(cost) !== null))),
    points(mean(tested.map(({ saved }) => saved))),
    fresh.length === 0 ? '0' : points(mean(fresh)),
  )
}

const QUIET_HEAD = [
  'rows a window',
  'champion',
  'streams',
  'windows with a hint, %',
  'streams with a hint, %',
  'trained at α = .1, %',
  'trained at α = .5, %',
  'overriding saves, points',
  'a fresh training saves, points',
]

function quiet(): void {
  console.log('\n## Nothing changes (40 windows)')
  heading('world', ...QUIET_HEAD)
  for (const classes of CLASSES) {
    for (const champion of ['true rule', 'learned'] as const) {
      for (const rows of [100, 300, 1000, 3000]) {
        if (rows < 3000 || champion === 'learned') quietRow(NAMES[classes], { ...BASE, classes, rows }, champion)
      }
    }
  }
  for (const rows of [300, 1000]) {
    quietRow('5 classes, champion of 46 windows', { ...BASE, classes: 5, rows }, 'learned', { warmUpWindows: 46 })
  }
  heading('other noise, balance, width', ...QUIET_HEAD)
  const streams = 100
  for (const classes of CLASSES) {
    for (const noise of [0, 0.3]) {
      quietRow(`${NAMES[classes]}, noise ${noise}`, { ...BASE, classes, noise }, 'learned', { streams })
    }
  }
  for (const noise of [0, 0.03, 0.09]) {
    quietRow(`positives .1, noise ${noise}`, { ...BASE, positives: 0.1, noise }, 'learned', { streams })
  }
  for (const features of [4, 12, 20]) quietRow(`${features} features`, { ...BASE, features }, 'learned', { streams })
  for (const rows of [100, 300]) quietRow('in halves', { ...BASE, rows }, 'learned', { halves: true, streams })
}

const DAYS: readonly [DayEffect, string][] = [
  ['noise', 'more noise on some days'],
  ['level', 'the level moves each day'],
  ['region', 'another octile upside down each day'],
]

function days(): void {
  console.log('\n## Days differ, nothing stays (40 windows)')
  heading('world', ...QUIET_HEAD)
  for (const [day, name] of DAYS) {
    for (const classes of CLASSES) {
      quietRow(`${NAMES[classes]}, ${name}`, { ...BASE, classes, rows: 1000, day }, 'true rule')
      if (classes === 2) quietRow(`2 classes, ${name}`, { ...BASE, day }, 'learned', { streams: 100 })
    }
  }
}

function bursts(): void {
  console.log('\n## A burst of wrong labels (30 %), 25 windows')
  heading('world', ...QUIET_HEAD)
  const kinds: readonly [string, Burst][] = [
    ['anywhere, window 12', { windows: [12], where: 'anywhere' }],
    ['anywhere, windows 12 and 13', { windows: [12, 13], where: 'anywhere' }],
    ['anywhere, window 0 (first live one)', { windows: [0], where: 'anywhere' }],
    ['one class, window 12', { windows: [12], where: 'one class' }],
    ['one interval, window 12', { windows: [12], where: 'interval' }],
    ['one interval, windows 12 and 13', { windows: [12, 13], where: 'interval' }],
    ['one interval, window 0 (first live one)', { windows: [0], where: 'interval' }],
  ]
  quietRow('2 classes, none', BASE, 'learned', { windows: 25 })
  for (const [name, burst] of kinds) quietRow(`2 classes, ${name}`, { ...BASE, burst }, 'learned', { windows: 25 })
  for (const classes of [5, 0] as const) {
    const [name, burst] = kinds[0] as [string, Burst]
    quietRow(`${NAMES[classes]}, ${name}`, { ...BASE, classes, rows: 1000, burst }, 'true rule', { windows: 25 })
  }
}

/** Share of streams that acted within 1, 3 and 10 windows after the changed one, and the median among all. */
function delays(after: readonly (number | null)[]): string {
  const waited = after.map((window) => (window === null ? Number.POSITIVE_INFINITY : window - CHANGE_AT))
  const middle = waited.sort((a, b) => a - b)[Math.floor(waited.length / 2)] as number
  const within = [1, 3, 10].map((most) => (100 * mean(waited.map((w) => Number(w <= most)))).toFixed(0))
  return `${within.join(' · ')} · ${Number.isFinite(middle) ? middle : '–'}`
}

function powerRow(name: string, world: World, champion: Champion, rest: Partial<LifePlan> = {}): void {
  const lives = livesOf(
    { world, champion, windows: CHANGE_AT + 12, ...rest },
    world.rows <= 300 ? 100 : world.rows <= 1000 ? 40 : 20,
  )
  const afterChange = (window: number) => window >= CHANGE_AT
  const lossBetween = (from: number, to: number) =>
    mean(lives.flatMap(({ tested }) => tested.filter((t) => t.window >= from && t.window < to).map((t) => t.loss)))
  const end = CHANGE_AT + 12
  cells(
    name,
    world.rows,
    points(lossBetween(end - 6, end) - lossBetween(0, CHANGE_AT)),
    points(mean(lives.flatMap(({ tested }) => tested.slice(-6).map((t) => t.saved)))),
    delays(lives.map(({ tested }) => tested.find((t) => afterChange(t.window) && t.low > FLOOR)?.window ?? null)),
    ...COSTS.map((cost) => delays(lives.map(({ trainedAfter }) => trainedAfter.get(cost) ?? null))),
  )
}

function power(): void {
  console.log(`\n## The rule changes at window ${CHANGE_AT}`)
  const acted = 'within 1 · 3 · 10 windows, % · median'
  heading(
    'change',
    'rows a window',
    'loss rises, points',
    'of which overriding saves, points',
    `hint ${acted}`,
    `training at α = .1, ${acted}`,
    `training at α = .5, ${acted}`,
  )
  const where: readonly [Change['where'], string][] = [
    ['interval', 'one interval'],
    ['corner', 'a corner of two features'],
    ['turned', 'the rule turns'],
  ]
  for (const [kind, name] of where) {
    for (const share of [0.05, 0.1, 0.2, 0.5]) {
      const change: Change = { at: CHANGE_AT, share, where: kind }
      powerRow(`2 classes, ${name}, ${100 * share} %`, { ...BASE, rows: 1000, change }, 'true rule')
    }
  }
  const tenth: Change = { at: CHANGE_AT, share: 0.1, where: 'turned' }
  const fifth: Change = { at: CHANGE_AT, share: 0.2, where: 'turned' }
  for (const rows of [100, 300, 3000])
    powerRow('2 classes, the rule turns, 20 %', { ...BASE, rows, change: fifth }, 'true rule')
  powerRow('the same, in halves', { ...BASE, rows: 1000, change: fifth }, 'true rule', { halves: true })
  powerRow('the same, noise .3', { ...BASE, rows: 1000, noise: 0.3, change: fifth }, 'true rule')
  powerRow('the same, 20 features', { ...BASE, rows: 1000, features: 20, change: fifth }, 'true rule')
  powerRow('the same, learned champion', { ...BASE, rows: 1000, change: fifth }, 'learned')
  powerRow('the same, over 5 windows', { ...BASE, rows: 1000, change: { ...fifth, over: 5 } }, 'true rule')
  for (const classes of [5, 0] as const) {
    for (const change of [tenth, fifth]) {
      const name = `${NAMES[classes]}, the rule turns, ${100 * change.share} %`
      powerRow(name, { ...BASE, classes, rows: 1000, change }, 'true rule')
    }
  }
}

function recurrent(): void {
  console.log('\n## Two rules take turns, 8 windows each; the champion knows the first')
  heading(
    'change',
    'rows a window',
    'windows until a hint under the second rule, median where there is one',
    'such phases with a hint, %',
    'first four windows back under the first rule with a hint, %',
    'overriding saves there, points',
  )
  for (const [share, rows] of [
    [0.1, 1000],
    [0.2, 300],
    [0.2, 1000],
    [0.5, 1000],
  ] as const) {
    const change: Change = { at: CHANGE_AT, share, where: 'turned', period: 8 }
    const lives = livesOf({ world: { ...BASE, rows, change }, champion: 'true rule', windows: CHANGE_AT + 32 }, 30)
    const phase = (life: Life, from: number, length: number) =>
      life.tested.filter(({ window }) => window >= from && window < from + length)
    const firsts = lives.flatMap((life) =>
      [CHANGE_AT, CHANGE_AT + 16].map((from) => phase(life, from, 8).findIndex(({ low }) => low > FLOOR)),
    )
    const back = lives.flatMap((life) => [CHANGE_AT + 8, CHANGE_AT + 24].flatMap((from) => phase(life, from, 4)))
    const found = firsts.filter((at) => at >= 0).sort((a, b) => a - b)
    cells(
      `the rule turns, ${100 * share} %`,
      rows,
      found[Math.floor(found.length / 2)] ?? '–',
      percent(firsts.map((at) => at >= 0)),
      percent(back.map(({ low }) => low > FLOOR)),
      points(mean(back.map(({ saved }) => saved))),
    )
  }
}

const started = process.cpuUsage()
quiet()
days()
bursts()
power()
recurrent()
const { user, system } = process.cpuUsage(started)
console.log(`\nProcessor time on this machine: ${((user + system) / 1e6).toFixed(0)} s.`)
