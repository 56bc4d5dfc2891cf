import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Ordered } from '../../src/http/shapes/models.ts'
import type { FleetStatus, ModelStatus } from '../../src/http/shapes/status.ts'
import { type VersionInfo, VersionList } from '../../src/http/shapes/versions.ts'
import { type Change, copyOfProduct } from '../crash/copy.ts'
import { churnDay, DAY_MS } from '../support/churn-events.ts'
import { startKeepfit, type TestServer } from '../support/server.ts'

/** The process kills itself behind a line of the compiled product when the environment names the place. */
const dieBehind = (place: string, file: string, line: string): Change => ({
  file,
  from: line,
  to: `${line} if (process.env.DIES_AT === '${place}') process.kill(process.pid, 'SIGKILL');`,
})

/** In the order in which a collection comes by. */
const PLACES = [
  dieBehind('marking', 'store/models/garbage.js', "await trx.insertInto('collected_artifact').values(rows).execute();"),
  dieBehind('marked', 'store/models/garbage.js', 'const { versions, files } = await chosen(db, options);'),
  dieBehind('removing', 'store/models/garbage.js', 'digests.push(digest);'),
  dieBehind('orphan taken', 'store/models/orphans.js', 'await removeDurably(whole);'),
  dieBehind('snapshot going', 'store/models/orphans.js', 'await rename(whole, going);'),
]
const DEATHS = ['marking', 'marked', 'removing', 'orphan taken', 'snapshot going'] as const
const OFTEN = [
  { file: 'app/up/housekeeping.js', from: "AT_NIGHT = '17 3 * * *'", to: "AT_NIGHT = '* * * * * *'" },
  { file: 'app/up/housekeeping.js', from: "EVERY_MINUTE = '* * * * *'", to: "EVERY_MINUTE = '* * * * * *'" },
  { file: 'app/up/housekeeping.js', from: 'const LEFT_MS = 3_600_000', to: 'const LEFT_MS = 1000' },
]

const YAML = `version: 1
models:
  churn:
    task: binary
    time: time
    label: { column: churned, positive: '1', delay: 1d }
    windows: { every: 1d }
    mode: auto
    deploy: at-once
    contract: off
    breaker: off
    triggers: [{ trigger: schedule, everyWindows: 1 }]
    holdOutWindows: 0
    probationWindows: 0
    reusePool: 0
    keepVersions: 1
`
const VERSIONS = 6

let calm = ''
let deadly = ''
let folder = ''
let server: TestServer
let day = 0

beforeAll(async () => {
  calm = copyOfProduct(resolve('.'))
  deadly = copyOfProduct(resolve('.'), [...OFTEN, ...PLACES])
  folder = await mkdtemp(join(tmpdir(), 'keepfit-garbage-'))
  await writeFile(join(folder, 'keepfit.yaml'), YAML)
  server = await start(calm)
})
afterAll(async () => {
  if (server.child.exitCode === null && server.child.signalCode === null) await server.stop()
  for (const copy of [calm, deadly]) rmSync(copy, { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
})

const start = (copy: string, diesAt = '') => startKeepfit(folder, [], { DIES_AT: diesAt }, join(copy, 'bin', 'keepfit'))
const status = async (): Promise<ModelStatus> =>
  ((await server.json('/v1/status')) as FleetStatus).models[0] as ModelStatus
const versions = async (): Promise<readonly VersionInfo[]> =>
  VersionList.parse(await server.json('/v1/models/churn/versions')).versions

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (let tried = 0; tried < 300; tried++) {
    if (await isSo()) return
    await sleep(100)
  }
  throw new Error(`it never came to this: ${what}`)
}

/** One more day, and the version that is trained when its labels have matured. */
async function nextDay(): Promise<void> {
  expect((await server.send(churnDay(day, { rows: 60, changeOn: 99 }))).status).toBe(200)
  day += 1
  await until(async () => {
    const { windows, isDeciding, activeRun } = await status()
    return windows.matured === day - 1 && !isDeciding && activeRun === null
  }, `day ${day} is decided on`)
}

const below = (...parts: string[]) => join(folder, '.keepfit', ...parts)
const artifactPath = (digest: string) => below('artifacts', digest.slice(0, 2), digest)
const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined
const has = ({ artifactDigest }: VersionInfo) => isThere(artifactPath(artifactDigest))

/** All that lies there as if it had for ten days. */
function age(): void {
  const then = (Date.now() - 10 * DAY_MS) / 1000
  for (const root of ['artifacts', 'snapshots'])
    for (const home of readdirSync(below(root)))
      for (const name of readdirSync(below(root, home))) utimesSync(below(root, home, name), then, then)
}

/** What a run has left that died before its version was registered. */
function orphan(seed: string): readonly string[] {
  const digest = createHash('sha256').update(seed).digest('hex')
  mkdirSync(below('artifacts', digest.slice(0, 2)), { recursive: true })
  writeFileSync(artifactPath(digest), seed)
  const snapshot = below('snapshots', 'churn', digest.slice(0, 32))
  mkdirSync(snapshot)
  writeFileSync(join(snapshot, 'manifest.json'), seed)
  return [artifactPath(digest), snapshot]
}

test('a collection that is killed at any step takes nothing that is wanted, and the next one ends its work', async () => {
  while ((await versions().catch(() => [])).length < VERSIONS) await nextDay()
  const before = await versions()
  const [champion, previous, ...others] = before
  const named = others[1] as VersionInfo
  expect(champion?.isLive).toBe(true)
  const alias = await server.ask('/v1/models/churn/aliases/audit', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: named.number }),
  })
  expect(alias.status).toBeLessThan(300)
  // Files that two versions share would hide that one of them lost its own.
  expect(new Set(before.map(({ artifactDigest }) => artifactDigest)).size).toBe(before.length)
  expect(await server.stop()).toBe(0)
  const orphans = orphan('a run that was killed')
  age()

  const wanted = [champion, previous, named] as VersionInfo[]
  const unwanted = others.filter(({ number }) => number !== named.number)
  const left: Record<string, number> = {}
  for (const place of DEATHS) {
    server = await start(deadly, place)
    await until(async () => server.child.signalCode === 'SIGKILL', `it dies at ${place}`)
    expect(wanted.map(has)).toEqual([true, true, true])
    left[place] = unwanted.filter(has).length
  }
  // Where it died before it had begun to remove, everything is there; then one file is gone; the next ones go on.
  expect(left).toEqual({ marking: 3, marked: 3, removing: 2, 'orphan taken': 0, 'snapshot going': 0 })
  expect(orphans.map(isThere)).toEqual([false, false])
  const going = readdirSync(below('snapshots', 'churn')).filter((name) => name.endsWith('.part'))
  expect(going).toHaveLength(1)

  server = await start(deadly)
  age()
  await until(async () => !isThere(below('snapshots', 'churn', going[0] as string)), 'the half removed snapshot goes')
  const after = await versions()
  expect(after.filter(({ collectedAt }) => collectedAt === null).map(({ number }) => number)).toEqual(
    before.filter(({ number }) => wanted.some((one) => one.number === number)).map(({ number }) => number),
  )
  expect(after.filter((one) => has(one) !== (one.collectedAt === null))).toEqual([])
  const kept = readdirSync(below('artifacts')).flatMap((shard) => readdirSync(below('artifacts', shard)))
  expect(kept.sort()).toEqual(wanted.map(({ artifactDigest }) => artifactDigest).sort())
})

test('the version before answers again, and the model goes on', async () => {
  const [newest, previous] = await versions()
  const said = await server.ask('/v1/models/churn/rollback', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ because: 'somebody complained' }),
  })
  expect(Ordered.parse(await said.json()).version).toBe(previous?.number)
  await until(async () => (await status()).champion?.version === previous?.number, 'it answers')
  // Some nights later the one that was rolled back from is there still.
  await sleep(3000)
  expect([newest, previous].map((one) => one !== undefined && has(one))).toEqual([true, true])
  await nextDay()
  expect((await versions()).length).toBe(VERSIONS + 1)
})
