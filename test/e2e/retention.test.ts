import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DecisionList, ReplayInfo } from '../../src/http/shapes/decisions.ts'
import { History, Ordered } from '../../src/http/shapes/models.ts'
import type { FleetStatus, ModelStatus } from '../../src/http/shapes/status.ts'
import { type VersionInfo, VersionList } from '../../src/http/shapes/versions.ts'
import { type WindowInfo, WindowList } from '../../src/http/shapes/windows.ts'
import { copyOfProduct } from '../crash/copy.ts'
import { churnDay, DAY_MS, FIRST_DAY } from '../support/churn-events.ts'
import { startKeepfit, type TestServer } from '../support/server.ts'

const DAYS = 38
/** About so many days of events are in one partition. */
const DAYS_OF_PARTITION = 4
/** Predictions a day. */
const ROWS = 20
/** Of one model's sealed files. Bytes. */
const MOST = 3_000_000

/** What happens once a night happens every few seconds; partitions are small, and nothing is too young. */
const NIGHTS = [
  { file: 'store/events/partitions.js', from: 'rows: 1_000_000', to: 'rows: 400' },
  { file: 'app/up/housekeeping.js', from: 'const SETTLED_MS = 3_600_000', to: 'const SETTLED_MS = 0' },
  { file: 'app/up/housekeeping.js', from: "EVERY_MINUTE = '* * * * *'", to: "EVERY_MINUTE = '* * * * * *'" },
  { file: 'app/up/housekeeping.js', from: "AT_NIGHT = '17 3 * * *'", to: "AT_NIGHT = '*/2 * * * * *'" },
  { file: 'app/up/housekeeping.js', from: "BEFORE_DAWN = '47 3 * * *'", to: "BEFORE_DAWN = '*/2 * * * * *'" },
  { file: 'store/models/garbage.js', from: 'const FRESH_MS = 3_600_000', to: 'const FRESH_MS = 0' },
]

const YAML = `version: 1
defaults:
  task: binary
  time: time
  label: { column: churned, positive: '1', delay: 1d }
  features: [x, y, plan]
  windows: { every: 1d }
  mode: auto
  deploy: at-once
  contract: off
  breaker: off
  triggers: [{ trigger: schedule, everyWindows: 8 }]
  data: { strategy: rolling, windows: 4 }
  holdOutWindows: 0
  probationWindows: 0
  reusePool: 0
  keepVersions: 1
models:
  old: { keepEvents: { age: 1d } }
  big: { keepEvents: { gb: ${MOST / 1e9} } }
  all: { mode: observe }
`
const MODELS = ['old', 'big', 'all'] as const
/** The third one only takes events in. */
const LIVING = ['old', 'big'] as const
type Model = (typeof MODELS)[number]

interface Event {
  readonly id: string
  readonly type: string
  readonly time: number
}

let copy = ''
let folder = ''
let server: TestServer
const sent: Record<Model, Event[]> = { old: [], big: [], all: [] }

beforeAll(async () => {
  copy = copyOfProduct(resolve('.'), NIGHTS)
  folder = await mkdtemp(join(tmpdir(), 'keepfit-retention-'))
  await writeFile(join(folder, 'keepfit.yaml'), YAML)
  server = await startKeepfit(folder, [], {}, join(copy, 'bin', 'keepfit'))
  for (let day = 0; day < DAYS; day++) {
    await send(day)
    // Whether a partition is full is asked once a second.
    if (day % DAYS_OF_PARTITION === 0) await sleep(1200)
  }
})
afterAll(async () => {
  await server.stop()
  rmSync(copy, { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
})

/** A column that no model reads makes the events of one model big. */
function eventsOf(model: Model, day: number): Event[] {
  const events = churnDay(day, { rows: ROWS, changeOn: 99, model }) as (Event & { features?: object })[]
  if (model !== 'big') return events
  return events.map((event) =>
    event.features === undefined
      ? event
      : { ...event, features: { ...event.features, note: randomBytes(2000).toString('base64') } },
  )
}

async function send(day: number): Promise<void> {
  for (const model of MODELS) {
    const events = eventsOf(model, day)
    sent[model].push(...events)
    expect((await server.send(events)).status).toBe(200)
  }
}

const statusOf = async (name: Model): Promise<ModelStatus> =>
  ((await server.json('/v1/status')) as FleetStatus).models.find((one) => one.name === name) as ModelStatus
const versionsOf = async (model: Model): Promise<readonly VersionInfo[]> =>
  VersionList.parse(await server.json(`/v1/models/${model}/versions`)).versions
const windowsOf = async (model: Model): Promise<WindowInfo[]> =>
  WindowList.parse(await server.json(`/v1/models/${model}/windows?limit=1000`)).windows

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (let tried = 0; tried < 450; tried++) {
    if (await isSo()) return
    await sleep(200)
  }
  throw new Error(`it never came to this: ${what}`)
}

async function exported(model: Model): Promise<Event[]> {
  const text = await (await server.ask(`/v1/models/${model}/events`)).text()
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Event]))
}

/** Parquet files of a model, oldest first. */
function filesOf(model: Model): { readonly name: string; readonly bytes: number }[] {
  const home = join(folder, '.keepfit', 'events', model)
  const names = readdirSync(home).filter((name) => name.endsWith('.parquet'))
  return names.sort().map((name) => ({ name, bytes: statSync(join(home, name)).size }))
}

const bytesOf = (model: Model) => filesOf(model).reduce((sum, { bytes }) => sum + bytes, 0)
const artifactOf = ({ artifactDigest: digest }: VersionInfo) =>
  statSync(join(folder, '.keepfit', 'artifacts', digest.slice(0, 2), digest), { throwIfNoEntry: false })?.size
const idsOf = (events: readonly Event[], type: string) => events.filter((one) => one.type === type).map(({ id }) => id)

/** Nothing moves any more: all is decided, sealed, and forgotten. */
async function settled(): Promise<void> {
  for (const model of LIVING)
    await until(async () => {
      const { windows, isDeciding, activeRun } = await statusOf(model)
      return windows.matured === sent[model].length / ROWS / 2 - 1 && !isDeciding && activeRun === null
    }, `${model} has decided about all windows`)
  for (let same = 0, before = ''; same < 4; await sleep(800)) {
    const now = JSON.stringify(MODELS.map(filesOf))
    same = now === before ? same + 1 : 0
    before = now
  }
}

test('old sealed files go, and what is exported afterwards is all that came since', async () => {
  await settled()
  const { old, big, all } = { old: await exported('old'), big: await exported('big'), all: await exported('all') }
  expect(all.map(({ id }) => id)).toEqual(sent.all.map(({ id }) => id))
  for (const [model, left] of [
    ['old', old],
    ['big', big],
  ] as const)
    for (const type of ['prediction', 'label']) {
      const [whole, kept] = [idsOf(sent[model], type), idsOf(left, type)]
      expect(kept.length).toBeGreaterThan(0)
      expect(kept.length).toBeLessThan(whole.length)
      expect(kept).toEqual(whole.slice(-kept.length))
    }
  // Whatever a training, a window that is out or the live version may read is there.
  const [live] = (await versionsOf('old')).filter(({ isLive }) => isLive)
  const needed = Math.min(DAYS - 1 - 20 - 4, ...(live?.windows ?? []))
  const oldest = old.find(({ type }) => type === 'prediction')?.time ?? 0
  expect(oldest).toBeLessThanOrEqual(FIRST_DAY + (needed - 1) * DAY_MS)
  // What nobody needs is gone, but for what shares a partition with it.
  expect(oldest).toBeGreaterThan(FIRST_DAY + (needed - 1 - 2 * DAYS_OF_PARTITION) * DAY_MS)
  expect(filesOf('old').length).toBeLessThan(filesOf('all').length)

  const size = bytesOf('big')
  expect(size).toBeLessThanOrEqual(MOST)
  expect(size).toBeGreaterThan(MOST - 2 * Math.max(...filesOf('big').map(({ bytes }) => bytes)))
})

test('who is forgotten is still known, and the model goes on', async () => {
  const said = await (await server.send(sent.old.slice(0, 2 * ROWS))).json()
  expect(said).toMatchObject({ accepted: 0, repeated: 2 * ROWS })
  const before = await versionsOf('old')
  for (let day = DAYS; day < DAYS + 9; day++) await send(day)
  await settled()
  expect((await versionsOf('old')).length).toBeGreaterThan(before.length)
  for (const model of LIVING)
    expect(ReplayInfo.parse(await server.json(`/v1/models/${model}/replay`))).toMatchObject({ isSame: true })
})

test('artifacts of old versions go, that of the version to roll back to never, and it answers again', async () => {
  await until(
    async () => (await versionsOf('old')).filter(({ collectedAt }) => collectedAt === null).length === 2,
    'two stay',
  )
  const versions = await versionsOf('old')
  expect(versions.length).toBeGreaterThan(3)
  const [newest, previous, ...rest] = versions
  const { history } = History.parse(await server.json('/v1/models/old/history'))
  expect(newest?.isLive).toBe(true)
  expect(history.at(-2)?.version).toBe(previous?.number)
  expect([newest, previous].map((one) => one && artifactOf(one))).toEqual([
    newest?.artifactBytes,
    previous?.artifactBytes,
  ])
  expect(rest.filter((one) => one.collectedAt === null || artifactOf(one) !== undefined)).toEqual([])

  const order = (to?: number) =>
    server.ask('/v1/models/old/rollback', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ because: 'somebody complained', ...(to === undefined ? {} : { to }) }),
    })
  expect((await order(1)).status).toBe(409)
  const { version } = Ordered.parse(await (await order()).json())
  expect(version).toBe(previous?.number)
  await until(async () => (await statusOf('old')).champion?.version === version, 'it answers again')
  // Some nights later both are there still: who was rolled back from may be wanted again.
  await sleep(5000)
  const now = await versionsOf('old')
  expect(now.slice(0, 2).map(artifactOf)).toEqual([newest?.artifactBytes, previous?.artifactBytes])
  const count = (await windowsOf('old')).length
  for (let day = DAYS + 9; day < DAYS + 11; day++) await send(day)
  await settled()
  const [last] = (await windowsOf('old')).filter(({ maturedAt }) => maturedAt !== null)
  expect(last?.number).toBeGreaterThanOrEqual(count - 1)
  const { decisions } = DecisionList.parse(await server.json('/v1/models/old/decisions'))
  expect(decisions.map(({ kind }) => kind)).toContain('roll-back')
})
