import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import type { TrainingPlan } from '../../src/base/training.ts'
import { PIPELINE_VERSION } from '../../src/pipeline/durable-run.ts'
import type { LiveRunPorts } from '../../src/pipeline/live-ports.ts'
import { workOnRun } from '../../src/pipeline/work-on-run.ts'
import { ensureModel } from '../../src/store/models/versions.ts'
import type { Row } from '../../src/store/postgres/tables.ts'
import { openRunQueue, type RunQueue } from '../../src/store/runs/run-queue.ts'
import { type RunWorker, type RunWorkerOptions, startRunWorker } from '../../src/store/runs/run-worker.ts'
import { type StartRun, startRun } from '../../src/store/runs/start-run.ts'
import { livePorts } from './live-runs.ts'
import { type FreshDatabase, freshDatabase } from './postgres.ts'

export const PLAN: TrainingPlan = {
  data: { strategy: 'rolling' },
  toWindow: 5,
  holdOutWindows: 1,
  changeWindow: null,
  exclude: [],
}

/** A database of its own with a queue of runs, and whoever works on them. */
export interface RunWorld extends FreshDatabase {
  readonly queue: RunQueue
  readonly dataFolder: string
  queueRun(order: Partial<StartRun> & { readonly model: string }): Promise<number>
  run(model: string, number: number): Promise<Row<'run'>>
  /** Waits until a run is as asked, a minute at most. */
  until(model: string, number: number, holds: (run: Row<'run'>) => boolean): Promise<Row<'run'>>
  ended(model: string, number: number): Promise<Row<'run'>>
  /** A worker in this process: one at a time. */
  work(change?: Partial<LiveRunPorts>, options?: Partial<RunWorkerOptions>): Promise<RunWorker>
  versions(model: string): Promise<readonly Row<'version'>[]>
  close(): Promise<void>
}

export const DONE = (run: Row<'run'>): boolean => run.ended_at !== null

/** @param own a database that may be killed; else one on the server that all tests share */
export async function runWorld(own?: FreshDatabase): Promise<RunWorld> {
  const fresh = own ?? (await freshDatabase())
  const { database, url } = fresh
  const dataFolder = await mkdtemp(join(tmpdir(), 'keepfit-runs-'))
  const queue = await openRunQueue(database, url, PIPELINE_VERSION)
  let workers = 0
  const run = (model: string, number: number) =>
    database.kysely
      .selectFrom('run')
      .selectAll()
      .where('model', '=', model)
      .where('number', '=', number)
      .executeTakeFirstOrThrow()
  const until: RunWorld['until'] = async (model, number, holds) => {
    for (let tries = 0; tries < 1200; tries++) {
      const row = await run(model, number)
      if (holds(row)) return row
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error(`run ${number} of ${model} stays as it is: ${JSON.stringify(await run(model, number))}`)
  }
  return {
    ...fresh,
    queue,
    dataFolder,
    async queueRun(order) {
      await ensureModel(database.kysely, order.model, 1)
      await database.kysely
        .insertInto('stream')
        .values({ model: order.model, first_time: 0, newest_time: 0, newest_seq: 500, last_received_at: 0 })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      const usual = { number: null, plan: PLAN, policy: 1, champion: null, because: 'drift', actor: 'ann' }
      const timed = { now: systemClock.now(), limitMs: 60_000 }
      return database.kysely.transaction().execute((trx) => startRun(trx, queue, { ...usual, ...timed, ...order }))
    },
    run,
    until,
    ended: (model, number) => until(model, number, DONE),
    work(change, options) {
      const ports = livePorts(dataFolder, change)
      return startRunWorker({
        database,
        url,
        dataFolder,
        processId: `here-${++workers}`,
        clock: systemClock,
        version: PIPELINE_VERSION,
        beatMs: 100,
        staleMs: 1000,
        work: (attempt) => workOnRun(attempt, ports, { tries: 3, firstMs: 20 }),
        ...options,
      })
    },
    versions: (model) =>
      database.kysely.selectFrom('version').selectAll().where('model', '=', model).orderBy('number').execute(),
    async close() {
      await queue.close()
      await fresh.drop()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}
