import { setTimeout as sleep } from 'node:timers/promises'
import { type Rng, seededRng } from '../../src/base/rng.ts'
import { exportedWrong } from './exported.ts'
import { drawFault, type Fault } from './faults.ts'
import { Feeder } from './feeder.ts'
import { violations } from './invariants/all.ts'
import type { Site } from './site.ts'
import { BEHAVIOURS, type Behaviour } from './trainer-scripts.ts'

export interface CampaignOptions {
  readonly seed: number
  readonly kills: number
  /** Acknowledged events; once there are so many, and so many kills, it is over. */
  readonly events: number
  readonly rowsADay: number
  /** Promotions that must have been seen before it is over. */
  readonly promotions: number
  /** Whatever was reached by then. Milliseconds since 1970. */
  readonly endAt: number
  /** Faults one after the other before they are drawn; all are drawn unless told. */
  readonly first?: readonly Fault[]
  /** Longest time between being ready and the next fault. Milliseconds. */
  readonly restMs: number
  readonly say: (line: string) => void
  /** The trainer misbehaves now and then. */
  readonly isTrainerBad?: boolean
  /** Asked between faults: somebody wants it to come to its end. */
  readonly isStopped?: () => boolean
  /** One violation is enough. */
  readonly isOverAtFirst?: boolean
}

export interface Struck {
  readonly fault: string
  readonly layout: string
  /** From the fault until all was well. Milliseconds. */
  readonly recoveryMs: number
}

export interface CampaignResult {
  readonly layout: string
  readonly struck: readonly Struck[]
  /** Faults that had to be, and found nothing to strike. */
  readonly missed: readonly string[]
  /** Milliseconds, from the first start; what is looked at after the last fault is a part of it. */
  readonly tookMs: number
  readonly endMs: number
  readonly violations: readonly string[]
  readonly acknowledged: number
  readonly repeats: number
  readonly conflicts: number
  readonly answers: Readonly<Record<string, number>>
  readonly windows: number
  readonly runs: Readonly<Record<string, number>>
  readonly versions: number
  readonly changes: number
  readonly messages: number
  readonly takeovers: number
  /** Events that are in Parquet files, and versions whose artifact was taken away. */
  readonly sealed: number
  readonly collected: number
}

const MODELS = ['own', 'forest']
/** Windows that the loop may be behind before the service waits. */
const MOST_AHEAD = 8
/** Faults between two looks at everything. */
const THOROUGH_EVERY = 20
/** So many faults that found nothing to strike are tried again. */
const RETRIED = 6

/** Lets a system live, strikes it again and again, and looks after each fault whether anything is as it may never be. */
export async function campaign(site: Site, options: CampaignOptions): Promise<CampaignResult> {
  const rng = seededRng(options.seed)
  const found: string[] = []
  const struck: Struck[] = []
  const note = (said: readonly string[], after: string) => {
    for (const one of said) options.say(`VIOLATION after ${after}: ${one}`)
    found.push(...said.map((one) => `after ${after}: ${one}`))
  }
  const startedAt = Date.now()
  note(await site.ready(), 'the start')
  const feeder = feederFor(site, options, rng)
  feeder.start()
  const missed: string[] = []
  const due = [...(options.first ?? [])]
  const isOver = () =>
    Date.now() >= options.endAt ||
    options.isStopped?.() === true ||
    found.length > (options.isOverAtFirst === true ? 0 : 50)
  const isDone = async () =>
    struck.length >= options.kills &&
    site.ledger.size >= options.events &&
    (await promotionsOf(site)) >= options.promotions
  try {
    while (!isOver() && !(await isDone())) {
      await sleep(rng() * options.restMs)
      if (struck.length >= options.kills) continue
      const told = due.shift()
      const fault = told ?? drawFault(site, rng)
      if (options.isTrainerBad === true) site.behave(drawnBehaviour(rng))
      const hasStruck = await fault.strike(site, rng)
      const at = Date.now()
      if (!hasStruck) {
        options.say(`${fault.name}: there was nothing to strike`)
        // Once more when all others have been.
        if (told !== undefined && missed.push(fault.name) <= RETRIED) due.push(fault)
        continue
      }
      const late = await site.ready()
      const recoveryMs = Date.now() - at
      struck.push({ fault: fault.name, layout: site.layout, recoveryMs })
      const name = `fault ${struck.length} (${fault.name}, ${site.layout}, seed ${options.seed})`
      note([...late, ...site.deaths.splice(0)], name)
      if (late.length > 0) break
      await site.ask()
      note(await violations(site.scene(struck.length % THOROUGH_EVERY === 0)), name)
      const checkedMs = Date.now() - at - recoveryMs
      options.say(
        `${name}: ready after ${recoveryMs} ms, checked in ${checkedMs} ms; ${site.ledger.size} events acknowledged`,
      )
    }
  } catch (error) {
    note([`the proof itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`], 'all')
  }
  const endedAt = Date.now()
  await feeder.stop()
  site.behave('fine')
  if (options.isOverAtFirst !== true || found.length === 0) {
    options.say(`${site.layout}: the last look, after ${Math.round((endedAt - startedAt) / 1000)} s`)
    note(await goesOn(site), 'the end')
    note(await violations(site.scene(true)), 'the end')
    note(await exportedWrong(site, MODELS), 'the end')
  }
  const times = { tookMs: Date.now() - startedAt, endMs: Date.now() - endedAt }
  const wasHit = new Set(struck.map(({ fault }) => fault))
  return {
    layout: site.layout,
    struck,
    missed: [...new Set(missed)].filter((name) => !wasHit.has(name)),
    violations: found,
    ...times,
    ...(await figuresOf(site)),
    ...clientFigures(site, feeder),
  }
}

/** Mostly well: else nothing would ever be promoted. */
function drawnBehaviour(rng: Rng): Behaviour {
  return rng() < 0.7 ? 'fine' : (BEHAVIOURS[Math.floor(rng() * BEHAVIOURS.length)] ?? 'fine')
}

function feederFor(site: Site, { seed, rowsADay, events }: CampaignOptions, rng: Rng): Feeder {
  return new Feeder({
    url: site.url,
    token: () => site.token(),
    models: MODELS,
    rowsADay,
    ledger: site.ledger,
    rng: seededRng(seed + Math.floor(rng() * 1e9)),
    async pace(model, day) {
      for (let waited = 0; waited < 120_000; waited += 200) {
        const [life] = await site.sql<{ next: number }>('select next_window as next from loop_state where model = $1', [
          model,
        ])
        const [gathered] = await site.sql<{ n: number }>('select count(*) as n from stream_window where model = $1', [
          model,
        ])
        const isEnough = site.ledger.size >= events
        if (day - Math.max(life?.next ?? 0, gathered?.n ?? 0) < MOST_AHEAD && !isEnough) return
        await sleep(isEnough ? 2000 : 200)
        if (isEnough) return
      }
    },
  })
}

async function promotionsOf(site: Site): Promise<number> {
  const [row] = await site.sql<{ n: number }>(`select count(*) as n from serving where reason = 'promoted'`)
  return row?.n ?? 0
}

/** What was begun must end: no run stays active, and nothing that is due is left. */
async function goesOn(site: Site): Promise<readonly string[]> {
  const end = Date.now() + 240_000
  for (;;) {
    const active = await site.sql<{ said: string }>(
      `select model || ': run ' || number || ' has not ended (' || state || ', ' || coalesce(step, 'no step') || ')' as said
       from run where observation is null
       union all select coalesce(model, '') || ': ' || event || ' is not told' from outbox where delivered_at is null and given_up_at is null`,
    )
    if (active.length === 0) return []
    if (Date.now() >= end) return active.map(({ said }) => said)
    await sleep(500)
  }
}

async function figuresOf(site: Site) {
  const [all] = await site.sql<Record<string, number>>(
    `select (select count(*) from stream_window where matured_at is not null) as windows, (select count(*) from version) as versions,
       (select count(*) from serving) as changes, (select count(*) from outbox where delivered_at is not null) as messages,
       (select count(*) from run where epoch > 1) as takeovers, (select coalesce(sum(rows), 0)::int8 from sealed_file) as sealed,
       (select count(*) from collected_artifact) as collected`,
  )
  const runs = await site.sql<{ state: string; n: number }>('select state, count(*) as n from run group by state')
  const { windows = 0, versions = 0, changes = 0, messages = 0, takeovers = 0, sealed = 0, collected = 0 } = all ?? {}
  return {
    windows,
    versions,
    changes,
    messages,
    takeovers,
    sealed,
    collected,
    runs: Object.fromEntries(runs.map(({ state, n }) => [state, n])),
  }
}

function clientFigures(site: Site, { repeats, conflicts, answers }: Feeder) {
  return { acknowledged: site.ledger.size, repeats, conflicts, answers: Object.fromEntries(answers) }
}
