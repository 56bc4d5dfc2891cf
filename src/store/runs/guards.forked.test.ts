import { afterAll, beforeAll, expect, test } from 'vitest'
import { runViolations } from '../../../test/support/run-violations.ts'
import { type RunWorld, runWorld } from '../../../test/support/run-world.ts'
import type { AttemptRecord } from '../../pipeline/attempt.ts'
import type { AttemptKey } from './attempt.ts'
import { claimRun } from './claim.ts'
import { endRun, registerTrained } from './end-run.ts'
import { beatAttempt } from './heartbeat.ts'
import { beginStep, endStep } from './step-rows.ts'
import { activeRuns, endUnowned, fence } from './takeover.ts'

let world: RunWorld
beforeAll(async () => {
  world = await runWorld()
})
afterAll(() => world.close())

const draft: Parameters<AttemptRecord['register']>[0] = {
  origin: 'trained',
  artifactDigest: 'a'.repeat(64),
  artifactBytes: 3,
  cutOffAt: 5,
  windows: [1, 2],
  rows: 10,
  snapshot: null,
  trainer: { id: 'fake' },
  parameters: {},
  metrics: {},
  verdicts: [],
  notes: [],
  trainMs: 1,
  codeVersion: 'test',
  parent: null,
}
const trained = {
  artifactDigest: draft.artifactDigest,
  artifactBytes: 3,
  metrics: {},
  hyperparameters: {},
  trainedRows: 10,
  trainMs: 1,
  peakRssBytes: null,
  cpuMs: null,
}

function register(key: AttemptKey, digest = draft.artifactDigest) {
  const learned = { rows: 10, toWindow: 2, cutOffAt: 5 }
  return registerTrained(world.database, key, { draft: { ...draft, artifactDigest: digest }, learned, trained, now: 9 })
}

/** A run with an attempt that was taken over, and the one that took it. */
async function takenOver(model: string): Promise<{ old: AttemptKey; now: AttemptKey }> {
  const number = await world.queueRun({ model })
  const { kysely } = world.database
  const old = await claimRun(kysely, { model, number }, { owner: 'old', now: 1 })
  const [seen] = (await activeRuns(world.database)).filter((run) => run.model === model)
  expect(seen !== undefined && (await fence(world.database, seen, 2))).toBe(true)
  const now = await claimRun(kysely, { model, number }, { owner: 'new', now: 3 })
  if (old === null || now === null) throw new Error('nobody could claim the run')
  return { old: old.key, now: now.key }
}

test('every write of an attempt that was taken over is refused, and the newer one may still write', async () => {
  const { old, now } = await takenOver('fenced')
  expect([old.epoch, now.epoch]).toEqual([1, 2])
  const refused = { code: 'RUN_TAKEN_OVER' }
  const { database } = world
  await expect(beginStep(database, old, 'train', 4)).rejects.toMatchObject(refused)
  await expect(endStep(database, old, { step: 'train', said: 'done', now: 4 })).rejects.toMatchObject(refused)
  await expect(endRun(database, old, { state: 'failed', why: 'x' }, 4)).rejects.toMatchObject(refused)
  await expect(register(old)).rejects.toMatchObject(refused)
  // The right number of the attempt in the hands of another process is as wrong.
  await expect(register({ ...now, owner: 'old' })).rejects.toMatchObject(refused)
  expect(await beatAttempt(database, old, { now: 5, progress: 0.5 })).toBeNull()
  expect(await world.run('fenced', 1)).toMatchObject({ state: 'running', step: null, progress: null, owner: 'new' })
  expect(await register(now)).toBe(1)
  await expect(register(now)).rejects.toMatchObject(refused)
  expect(await runViolations(database)).toEqual([])
})

test('a run that has shown a sign of life since is neither taken over nor ended', async () => {
  const number = await world.queueRun({ model: 'alive' })
  const claimed = await claimRun(world.database.kysely, { model: 'alive', number }, { owner: 'p', now: 1 })
  const [seen] = (await activeRuns(world.database)).filter(({ model }) => model === 'alive')
  if (claimed === null || seen === undefined) throw new Error('there is no such run')
  await beatAttempt(world.database, claimed.key, { now: 1, progress: null })
  expect(await fence(world.database, seen, 5)).toBe(false)
  expect(await endUnowned(world.database, seen, { state: 'failed', why: 'x' }, 5)).toBe(false)
  expect(await register(claimed.key)).toBe(1)
})

test('without the guard of attempts and without the index, a second registration goes through, and is seen', async () => {
  const { old, now } = await takenOver('planted')
  expect(await register(now)).toBe(1)
  // What code without a guard would do: the late attempt writes its version as well.
  const late = `insert into version select model, 2, origin, run, ${old.epoch}, repeat('b', 64), artifact_bytes, created_at, cut_off_at,
    windows, rows, snapshot_md5, snapshot_path, trainer, parameters, metrics, verdicts, notes, train_ms, code_version, parent
    from version where model = 'planted'`
  const { pool } = world.database
  await expect(pool.query(late)).rejects.toMatchObject({ code: '23505' })
  expect(await runViolations(world.database)).toEqual([])
  await pool.query('alter table version drop constraint version_model_run_key')
  await pool.query(late)
  const seen = await runViolations(world.database)
  expect(seen.map((text) => text.split(':')[0])).toEqual([
    'a run that registered twice',
    'a version of an attempt that was not the newest',
    'a trained run without its version',
  ])
})
