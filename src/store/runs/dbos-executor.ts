import { DBOS, DBOSWorkflowConflictError } from '@dbos-inc/dbos-sdk'
import { assert } from '../../base/assert.ts'
import type { Checkpoints } from '../../pipeline/attempt.ts'
import { APPLICATION, QUEUE, type RunId, SILENT, WORKFLOW, workflowId } from './run-queue.ts'

/** The attempt has ended and the run has not: DBOS shall write nothing of it, neither value nor error. */
export class LostAttempt extends Error {
  override readonly name = 'LostAttempt'
}

export interface Executor {
  /** Takes nothing more out of the queue, waits so long for what runs, and lets go. */
  stop(graceMs: number): Promise<void>
}

export interface ExecutorOptions {
  readonly url: string
  readonly processId: string
  readonly version: string
  readonly concurrency: number
}

type Execute = (run: RunId, once: Checkpoints['once']) => Promise<void>

const POOL_SIZE = 6
const POLL_MS = 500

/** DBOS keeps one registry a process: the workflow is registered once and asks here who works now. */
let current: Execute | null = null
let isRegistered = false

/** Starts DBOS: it takes runs out of the queue and remembers their steps. One at a time in a process. */
export async function startExecutor(options: ExecutorOptions, execute: Execute): Promise<Executor> {
  assert(current === null, 'this process works on runs already')
  current = execute
  if (!isRegistered) DBOS.registerWorkflow(runWorkflow, { name: WORKFLOW })
  isRegistered = true
  const { url, processId, version, concurrency } = options
  try {
    DBOS.setConfig({
      name: APPLICATION,
      systemDatabaseUrl: url,
      systemDatabasePoolSize: POOL_SIZE,
      // The same id in two processes makes each run again what the other one runs.
      executorID: processId,
      applicationVersion: version,
      listenQueues: [QUEUE],
      useListenNotify: false,
      logger: SILENT,
    })
    await DBOS.launch()
    const queue = { workerConcurrency: concurrency, minPollingIntervalMs: POLL_MS }
    await DBOS.registerQueue(QUEUE, { ...queue, onConflict: 'always_update' })
  } catch (error) {
    current = null
    // What it had opened by then would keep the process from ending.
    await DBOS.shutdown({ workflowCompletionTimeoutMS: 0 }).catch(() => {})
    throw error
  }
  return {
    async stop(graceMs) {
      await DBOS.shutdown({ workflowCompletionTimeoutMS: graceMs })
      current = null
    },
  }
}

async function runWorkflow(model: string, number: number): Promise<void> {
  const run = { model, number }
  assert(current !== null, 'nobody works on runs here')
  try {
    await current(run, (name, work) => onceByDbos(run, name, work))
  } catch (error) {
    if (error instanceof LostAttempt) throw new DBOSWorkflowConflictError(workflowId(run))
    throw error
  }
}

/** DBOS remembers values and errors alike; the one error that it does not remember is a lost workflow. */
async function onceByDbos<T>(run: RunId, name: string, work: () => Promise<T>): Promise<T> {
  let thrown: { readonly error: unknown } | null = null
  try {
    return await DBOS.runStep(
      async () => {
        try {
          return await work()
        } catch (error) {
          thrown = { error }
          throw new DBOSWorkflowConflictError(workflowId(run))
        }
      },
      { name },
    )
  } catch (error) {
    const own = thrown as { readonly error: unknown } | null
    throw own === null ? error : own.error
  }
}
