import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { collected, diverges, scoresOf, TERMS } from '../../../test/support/live-runs.ts'
import { PLAN, type RunWorld, runWorld } from '../../../test/support/run-world.ts'
import { assert } from '../../base/assert.ts'
import { Fault } from '../../base/fault.ts'
import type { LiveRunPorts } from '../../pipeline/live-ports.ts'
import { RUN_STEPS } from '../../pipeline/step-runner.ts'
import { auditEntries, auditHead } from '../audit/read.ts'
import { verifyAudit } from '../audit/verify.ts'
import { cancelRun } from './cancel-run.ts'
import type { RunWorker } from './run-worker.ts'

let world: RunWorld
let worker: RunWorker | null = null

beforeAll(async () => {
  world = await runWorld()
})
afterEach(async () => {
  await worker?.stop()
  worker = null
})
afterAll(() => world.close())

async function played(model: string, change: Partial<LiveRunPorts> = {}) {
  const number = await world.queueRun({ model })
  worker = await world.work(change)
  return world.ended(model, number)
}

describe('a queued run', () => {
  test('goes through all its steps and registers the version it trained', async () => {
    const run = await played('whole')
    expect(run).toMatchObject({
      state: 'trained',
      epoch: 1,
      owner: 'here-1',
      progress: 1,
      peak_rss_bytes: 1000,
      cpu_ms: 10,
    })
    expect(run.outcome).toMatchObject({ kind: 'trained', model: 1, verdicts: [] })
    expect(run.learned).toEqual({ rows: 162, toWindow: 4, cutOffAt: 5 * 3_600_000 })
    const [version] = await world.versions('whole')
    expect(version).toMatchObject({
      number: 1,
      run: 1,
      epoch: 1,
      windows: [2, 3, 4],
      rows: 162,
      parent: null,
      metrics: { auc: 0.99 },
    })
    const { rows } = await world.database.pool.query(
      'select step, ended_at - started_at as ms from run_step order by started_at',
    )
    expect(rows.map(({ step }) => step)).toEqual(RUN_STEPS)
    expect(rows.every(({ ms }) => ms >= 0)).toBe(true)
    await worker?.stop()
    expect(await readdir(join(world.dataFolder, 'runs'), { recursive: true })).toEqual([])
    const snapshot = await readdir(join(world.dataFolder, version?.snapshot_path ?? ''))
    expect(snapshot.sort()).toEqual(['held-out.parquet', 'manifest.json', 'train.parquet'])
  })

  test('is there only if the transaction that queued it commits', async () => {
    worker = await world.work()
    const queued = world.database.kysely.transaction().execute(async (trx) => {
      const { startRun } = await import('./start-run.ts')
      await startRun(trx, world.queue, {
        model: 'whole',
        number: 7,
        plan: PLAN,
        policy: 1,
        champion: null,
        because: 'x',
        actor: 'ann',
        now: 0,
        limitMs: 1,
      })
      throw new Error('somebody else was faster')
    })
    await expect(queued).rejects.toThrow('somebody else')
    expect(await world.queue.place({ model: 'whole', number: 7 })).toEqual({ kind: 'stranded' })
  })

  test('is refused while another run of the model is active', async () => {
    await world.queueRun({ model: 'twice' })
    await expect(world.queueRun({ model: 'twice' })).rejects.toMatchObject({
      code: '23505',
      constraint: 'one_active_run',
    })
    await cancelRun(world.database, { model: 'twice', number: 1 }, { actor: 'ann', because: 'tried', now: 1 })
  })
})

describe('what a run learns from and how it ends', () => {
  test('a training that does not converge fails the run, after one try', async () => {
    let tries = 0
    const run = await played('nan', {
      train: () => {
        tries++
        return diverges()
      },
    })
    expect(run).toMatchObject({ state: 'failed', outcome: { kind: 'failed', why: 'train: the loss is NaN' } })
    expect([tries, await world.versions('nan')]).toEqual([1, []])
  })

  test('a model that says the same of every row, or the contrary of what is so, has not converged', async () => {
    const constant = await played('constant', { score: async (_, frame) => scoresOf(frame, 'constant') })
    expect(constant).toMatchObject({
      state: 'failed',
      outcome: { why: expect.stringContaining('the same of every row') },
    })
    await worker?.stop()
    const wrong = await played('wrong', { score: async (_, frame) => scoresOf(frame, 'wrong') })
    expect(wrong).toMatchObject({ state: 'failed', outcome: { why: expect.stringContaining('no better than chance') } })
  })

  test('what the world was at fault for is tried again', async () => {
    let tries = 0
    const run = await played('full-disk', {
      readWindows: async (_run, windows) => {
        if (++tries < 3) throw new Fault('DISK_FULL', 'the disk is full')
        return windows.map(collected)
      },
    })
    expect(run).toMatchObject({ state: 'trained', epoch: 1 })
    expect(tries).toBe(3)
  })

  test('what the world stays at fault for fails the run, with what it was', async () => {
    let tries = 0
    const score = async () => {
      tries++
      throw new Fault('SCORER_UNAVAILABLE', 'nobody answers')
    }
    const run = await played('scorer-away', { score })
    expect(run.outcome).toEqual({ kind: 'failed', why: 'judge: gave up after 3 tries: nobody answers' })
    expect(tries).toBe(3)
  })

  test("a mistake of Keepfit's own is never tried again", async () => {
    let tries = 0
    const run = await played('bug', {
      inspect: async () => {
        assert(++tries > 9, 'rows without columns')
        return null
      },
    })
    expect(run.outcome).toMatchObject({ kind: 'failed', why: expect.stringContaining('rows without columns') })
    expect(tries).toBe(1)
  })

  test('rows that cannot be used block the run, and open the breaker', async () => {
    const readWindows = async (): Promise<never> => {
      throw new Fault('DATA_INVALID', "the feature 'x' became text")
    }
    const run = await played('bad-rows', { readWindows })
    expect(run).toMatchObject({ state: 'blocked', outcome: { kind: 'blocked', isCorrupted: true } })
  })

  test('too few rows block the run, and are no corruption', async () => {
    const run = await played('few', { terms: async () => ({ ...TERMS, minRows: 1000 }) })
    expect(run.outcome).toEqual({
      kind: 'blocked',
      isCorrupted: false,
      breaches: ['162 labelled rows are too few to learn from; 1000 are needed'],
    })
  })

  test('a row that the run may not know of yet is never learned from', async () => {
    const number = await world.queueRun({ model: 'future' })
    await world.database.pool.query(`update run set plan = plan || '{"knownSeq": 103}' where model = 'future'`)
    worker = await world.work()
    const run = await world.ended('future', number)
    expect(run.outcome).toMatchObject({ kind: 'failed', why: expect.stringContaining('the run may know of 103') })
  })

  test('a step that takes too long fails the run', async () => {
    const terms = async () => ({ ...TERMS, limits: { ...TERMS.limits, trainMs: 200 } })
    const train: LiveRunPorts['train'] = (_order, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const run = await played('slow', { terms, train })
    expect(run.outcome).toEqual({ kind: 'failed', why: 'train: the step train took longer than 0.2 s' })
  })

  test('a run that is not done by its deadline fails, in whatever step it is', async () => {
    const number = await world.queueRun({ model: 'late', limitMs: 1500 })
    worker = await world.work({ train: untilAborted })
    const run = await world.ended('late', number)
    expect(run).toMatchObject({ state: 'failed', outcome: { why: 'the run was not done by its deadline' } })
  })

  test('a run that nobody takes fails at its deadline', async () => {
    await world.queueRun({ model: 'first-in-line' })
    worker = await world.work({ train: untilAborted })
    await world.until('first-in-line', 1, ({ step }) => step === 'train')
    await world.queueRun({ model: 'second-in-line', limitMs: 300 })
    const run = await world.ended('second-in-line', 1)
    expect(run.outcome).toEqual({ kind: 'failed', why: 'no worker was free before its deadline' })
    await cancelRun(world.database, { model: 'first-in-line', number: 1 }, { actor: 'ann', because: 'x', now: 5 })
    await world.ended('first-in-line', 1)
  })
})

const untilAborted: LiveRunPorts['train'] = (_order, { signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

describe('a run that is cancelled', () => {
  const doing = { actor: 'ann', because: 'wrong table', now: 77 }

  test('ends at once while it waits, and is never worked on', async () => {
    const number = await world.queueRun({ model: 'waits' })
    const run = await cancelRun(world.database, { model: 'waits', number }, doing)
    expect(run).toMatchObject({
      state: 'cancelled',
      ended_at: 77,
      outcome: { kind: 'cancelled', why: 'cancelled by ann: wrong table' },
    })
    worker = await world.work()
    await world.queueRun({ model: 'waits-after' })
    await world.ended('waits-after', 1)
    expect(await world.run('waits', number)).toEqual(run)
  })

  test('leaves one entry in the audit, with who asked and why, whether it waited or was worked on', async () => {
    await world.queueRun({ model: 'noted' })
    const { seq: after } = await auditHead(world.database)
    const run = { model: 'noted', number: 1 }
    await cancelRun(world.database, run, doing)
    await cancelRun(world.database, run, { ...doing, actor: 'bob' })
    await cancelRun(world.database, { ...run, number: 9 }, doing)
    await world.queueRun({ model: 'noted-at-work' })
    worker = await world.work({ train: untilAborted })
    await world.until('noted-at-work', 1, ({ step }) => step === 'train')
    await cancelRun(world.database, { ...run, model: 'noted-at-work' }, doing)
    await cancelRun(world.database, { ...run, model: 'noted-at-work' }, doing)
    await world.ended('noted-at-work', 1)
    const entry = (model: string, was: string) =>
      expect.objectContaining({
        at: 77,
        actor: 'ann',
        action: 'run-cancel-requested',
        model,
        detail: { run: 1, was, because: 'wrong table' },
      })
    expect(await auditEntries(world.database, { after, limit: 9 })).toEqual([
      entry('noted', 'queued'),
      entry('noted-at-work', 'running'),
    ])
    expect(await verifyAudit(world.database)).toMatchObject({ ok: true })
  })

  for (const step of ['collect', 'validate', 'train', 'judge'] as const) {
    test(`ends soon in the step ${step}`, async () => {
      const hangs = () => new Promise<never>((_, reject) => void setTimeout(() => reject(new Error('hung')), 800))
      const port = { collect: 'readWindows', validate: 'inspect', train: 'train', judge: 'score' } as const
      const model = `cancelled-in-${step}`
      await world.queueRun({ model })
      worker = await world.work({ [port[step]]: hangs })
      await world.until(model, 1, (run) => run.step === step)
      await cancelRun(world.database, { model, number: 1 }, doing)
      expect(await world.ended(model, 1)).toMatchObject({ state: 'cancelled', step })
      expect(await world.versions(model)).toEqual([])
    })
  }

  test('stays as it was when it had ended otherwise', async () => {
    await played('done')
    await expect(cancelRun(world.database, { model: 'done', number: 1 }, doing)).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    expect(await cancelRun(world.database, { model: 'done', number: 9 }, doing)).toBeUndefined()
  })
})
