import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { diverges, scoresOf, TERMS } from '../../../test/support/live-runs.ts'
import { PLAN, type RunWorld, runWorld } from '../../../test/support/run-world.ts'
import { assert } from '../../base/assert.ts'
import { Fault } from '../../base/fault.ts'
import type { LiveRunPorts } from '../../pipeline/live-ports.ts'
import { RUN_STEPS } from '../../pipeline/step-runner.ts'
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
  })
})
