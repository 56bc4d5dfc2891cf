import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { madeUpFlights } from '../../../../test/support/made-up-flights.ts'
import { type ApiClient, apiClient } from '../../../cli/api-client.ts'
import type { DemoPolicy, DemoRun } from '../../../cli/demo-report.ts'
import { ReplayInfo } from '../../../http/shapes/decisions.ts'
import { VersionList } from '../../../http/shapes/versions.ts'
import { findServer } from '../../server-place.ts'
import { playFlights } from '../demo.ts'
import type { Incident } from '../incidents.ts'
import { freshFolder } from './flights-folder.ts'

const DAYS = 18
const PER_DAY = 250
const WARMUP_DAYS = 8
/** The first version is checked on one day more, whose labels come a day later. */
const ANSWERED_FROM = WARMUP_DAYS + 2

const INCIDENTS: readonly Incident[] = [
  incident('kilometres', '2001-01-12', '2001-01-12'),
  incident('wrong-join', '2001-01-14', '2001-01-15'),
]
const CONTROL = { from: '2001-01-16', to: '2001-01-17' }

function incident(kind: Incident['kind'], from: string, to: string): Incident {
  return { id: kind, kind, from, to, happens: '', asked: '' }
}

let root = ''
let folder = ''
let run: DemoRun
let api: ApiClient
let pid = 0
let keepfit: DemoPolicy
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'keepfit-flights-'))
  folder = join(root, 'data')
  const read = async () => madeUpFlights(DAYS, PER_DAY)
  const asked = { read, seed: 7, incidents: INCIDENTS, control: CONTROL, warmupDays: WARMUP_DAYS, folder }
  run = await playFlights(asked, { onStage: () => {}, onDecision: () => {} }, () => {})
  keepfit = run.report.policies.find(({ id }) => id === 'keepfit')!
  api = apiClient(await findServer({ data: folder }, root))
  pid = (JSON.parse(await readFile(join(folder, 'lock'), 'utf8')) as { pid: number }).pid
}, 180_000)
afterAll(async () => {
  await run?.close()
  await rm(root, { recursive: true, force: true })
})

test('every flight is told once, with its outcome, and scored from the day on which a version is live', async () => {
  const text = await new Response(await api.download('/v1/models/flights/events', { format: 'jsonl' })).text()
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; time: number; score?: number; version?: number })
  const flights = events.filter(({ type }) => type === 'prediction')
  expect(flights).toHaveLength(DAYS * PER_DAY)
  expect(events.filter(({ type }) => type === 'label')).toHaveLength((DAYS - 1) * PER_DAY)
  const answeredFrom = Date.UTC(2001, 0, 1 + ANSWERED_FROM)
  for (const { time, score, version } of flights)
    expect([typeof score, version ?? null]).toEqual(time < answeredFrom ? ['undefined', null] : ['number', version])
  expect(keepfit.auc.rows).toBe((DAYS - ANSWERED_FROM) * PER_DAY)
})

test('all policies are measured on the same flights', () => {
  expect(run.report.stage).toMatchObject({ decidedFrom: '2001-01-11', onlineRows: (DAYS - ANSWERED_FROM) * PER_DAY })
  expect(new Set(run.report.policies.map(({ auc }) => auc.rows)).size).toBe(1)
})

test('the day in kilometres is kept out on that very day', () => {
  expect(keepfit.outcomes.find(({ incident: of }) => of === 'kilometres')).toMatchObject({ noticedOn: '2001-01-12' })
})

test('the version of the broken training job came from a command, is rejected, and the right job is back', async () => {
  const { versions } = VersionList.parse(await api.get('/v1/models/flights/versions'))
  const broken = versions.filter(({ trainer }) => trainer['id'] === 'command')
  expect(broken.map(({ number }) => number)).toEqual([2])
  const rejected = keepfit.decisions.filter(({ record }) => record.kind === 'reject')
  expect(rejected.map(({ day, record }) => [day, record.version])).toEqual([['2001-01-14', 2]])
  expect(keepfit.trainings).toBe(1)
  const { policies } = (await api.get('/v1/models/flights/policies')) as { policies: unknown[] }
  expect(policies).toHaveLength(3)
})

test('the recorded life decides the same again', async () => {
  const replay = ReplayInfo.parse(await api.get('/v1/models/flights/replay'))
  expect(replay).toMatchObject({ decisions: keepfit.decisions.length, isSame: true, first: null })
})

test('another demo is refused while this one is up, and names who holds the folder', async () => {
  await expect(freshFolder(folder)).rejects.toMatchObject({
    code: 'FOLDER_HELD',
    message: expect.stringContaining(String(pid)) as string,
  })
  expect(await api.get('/v1/health')).toMatchObject({ status: 'ok' })
})

test('what it ran on ends with it, and another demo begins afresh', async () => {
  await run.close()
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
  await freshFolder(folder)
  await expect(readFile(join(folder, 'keepfit.yaml'))).rejects.toThrow('ENOENT')
})
