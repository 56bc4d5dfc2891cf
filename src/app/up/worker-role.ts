import { seededRng } from '../../base/rng.ts'
import { hooksOf } from '../../integrations/hook-config.ts'
import { PIPELINE_VERSION } from '../../pipeline/durable-run.ts'
import { workOnRun } from '../../pipeline/work-on-run.ts'
import { LOOP_CHANNEL } from '../../store/loop/commands.ts'
import { lookedAfter } from '../../store/loop/due-models.ts'
import { clearTrouble, noteTrouble } from '../../store/loop/troubles.ts'
import { leadership } from '../../store/postgres/leader.ts'
import { listen } from '../../store/postgres/listen.ts'
import { openRunQueue } from '../../store/runs/run-queue.ts'
import { startRunWorker } from '../../store/runs/run-worker.ts'
import { endAbandonedBelow } from '../../trainers/supervised/abandoned.ts'
import { startHookDelivery } from '../hook-delivery.ts'
import type { ScorerPool } from '../scorer-pool.ts'
import { startHousekeeping } from './housekeeping.ts'
import { livePorts } from './live-ports.ts'
import { type LoopRole, startLoopRole } from './loop-role.ts'
import type { PolicyReader } from './policies.ts'
import { runPorts } from './run-ports.ts'
import type { System } from './system.ts'
import { turnEffects } from './turn-effects.ts'

/** Moves models on, trains, and tells the world. */
export interface WorkerRole {
  /** Hands over what it works on. */
  stop(): Promise<void>
}

const EVENTS_CHANNEL = 'keepfit_events'
const RUNS_CHANNEL = 'keepfit_runs'

/** Starts everything in this process that works by itself. */
export async function startWorkerRole(
  system: System,
  { policies, scorers, concurrency }: { policies: PolicyReader; scorers: ScorerPool; concurrency: number },
): Promise<WorkerRole> {
  const { database, databaseUrl, folder, clock, log, processId, environment, baseFolder, version } = system
  // Trainings whose owner and supervisor were killed together go on for nobody.
  await endAbandonedBelow(folder.runs, 'unsupervised')
  const queue = await openRunQueue(database, databaseUrl, PIPELINE_VERSION)
  const effects = turnEffects(policies, queue)
  const ports = livePorts({ database, clock, dataFolder: folder.path, policies, scorers, effects })
  const trainingPorts = runPorts({
    database,
    dataFolder: folder.path,
    baseFolder,
    policies,
    scorers,
    environment,
    version,
  })
  // First of all: it alone may fail, and what else had begun by then would keep the process from ending.
  const runs = await startRunWorker({
    database,
    url: databaseUrl,
    dataFolder: folder.path,
    processId,
    roles: ['worker'],
    concurrency,
    clock,
    version: PIPELINE_VERSION,
    work: (attempt) => workOnRun(attempt, trainingPorts),
    onTrouble: (message) => log.warn(message),
  }).catch(async (error: unknown) => {
    await queue.close().catch(() => {})
    throw error
  })
  const delivery = startHookDelivery({
    db: database.kysely,
    clock,
    rng: seededRng(clock.now()),
    hooksOf: async (model) => hooksOf((await policies.newest(model)).settings),
    environment,
    folder: baseFolder,
    onError: (error) => log.error('the outbox could not be written', error),
  })
  let loop: LoopRole | null = null
  let handedOver: Promise<unknown> = Promise.resolve()
  const startLoop = () =>
    startLoopRole({
      ports,
      clock,
      models: () => lookedAfter(database),
      troubles: {
        note: (model, why) => noteTrouble(database, { model, why, now: clock.now() }),
        clear: (model) => clearTrouble(database, model),
      },
      onTrouble: (model, error) => log.error('a model cannot be moved on', error, { model }),
      onStep: () => delivery.wake(),
    })
  const leader = leadership(databaseUrl, (isLeader) => {
    log.info(isLeader ? 'this process moves models on' : 'another process may move models on')
    if (isLeader) {
      loop ??= startLoop()
      return
    }
    handedOver = Promise.all([handedOver, loop?.stop()])
    loop = null
  })
  const ear = listen(databaseUrl, [EVENTS_CHANNEL, LOOP_CHANNEL, RUNS_CHANNEL], (channel, word) => {
    loop?.wake(channel === RUNS_CHANNEL ? (JSON.parse(word) as { model: string }).model : word)
  })
  const housekeeping = startHousekeeping(system, { policies, isOnDuty: () => leader.isLeader() })
  return {
    async stop() {
      await ear.close()
      await housekeeping.stop()
      await leader.resign()
      await loop?.stop()
      await handedOver
      await runs.stop()
      await delivery.stop()
      await queue.close()
    },
  }
}
