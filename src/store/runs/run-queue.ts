import { setTimeout as sleep } from 'node:timers/promises'
import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk'
import type { ClientBase, PoolClient } from 'pg'
import type { Database } from '../postgres/database.ts'

export const APPLICATION = 'keepfit'
export const QUEUE = 'keepfit-runs'
export const WORKFLOW = 'run'

export interface RunId {
  readonly model: string
  readonly number: number
}

/** Where a run waits for a worker, and what DBOS knows of it. */
export type Place =
  /** It waits in the queue. */
  | { readonly kind: 'waiting' }
  /** A process has taken it out of the queue. */
  | { readonly kind: 'taken'; readonly process: string }
  /** Its workflow has ended, or is of another version of the pipeline: nobody will take it. */
  | { readonly kind: 'stranded' }

/** The queue of runs. */
export interface RunQueue {
  /** In the transaction of `client`. */
  enqueue(client: ClientBase, run: RunId): Promise<void>
  place(run: RunId): Promise<Place>
  /** Takes a run from whoever has it and puts it into the queue again; the steps that are done stay done. */
  enqueueAgain(run: RunId): Promise<void>
  /** The database stays open. */
  close(): Promise<void>
}

/**
 * Opens the queue; its tables are made in the database's schema `dbos` where they are not there yet.
 * @param url the database's address
 * @param version of the pipeline: runs of another version are left to those who know it
 */
export async function openRunQueue(database: Database, url: string, version: string): Promise<RunQueue> {
  await makeTables(database, url)
  const client = await DBOSClient.create({
    systemDatabaseUrl: url,
    systemDatabasePool: database.pool,
    applicationName: APPLICATION,
    logger: SILENT,
  })
  return {
    async enqueue(transaction, run) {
      const options = { queueName: QUEUE, workflowName: WORKFLOW, workflowID: workflowId(run), appVersion: version }
      await client.enqueueInTransaction(transaction, options, run.model, run.number)
    },
    async place(run) {
      const found = await client.getWorkflow(workflowId(run))
      if (found === undefined || found.applicationVersion !== version) return { kind: 'stranded' }
      if (found.status === 'ENQUEUED') return { kind: 'waiting' }
      if (found.status === 'PENDING') return { kind: 'taken', process: found.executorId ?? '' }
      return { kind: 'stranded' }
    },
    async enqueueAgain(run) {
      const id = workflowId(run)
      const found = await client.getWorkflow(id)
      if (found === undefined) {
        await client.enqueue(
          { queueName: QUEUE, workflowName: WORKFLOW, workflowID: id, appVersion: version },
          run.model,
          run.number,
        )
        return
      }
      const hasEnded = found.status !== 'PENDING' && found.status !== 'ENQUEUED' && found.status !== 'DELAYED'
      if (!hasEnded && found.applicationVersion === version) {
        await client.resumeWorkflow(id, { queueName: QUEUE })
        return
      }
      // What another version of the pipeline has done is not what this one would hand on: all steps are done again.
      if (!hasEnded) await client.cancelWorkflow(id)
      await client.rewindWorkflow(id, { startStep: 0, applicationVersion: version, queueName: QUEUE })
    },
    close: () => client.destroy(),
  }
}

/** Any number: the lock of whoever makes the tables of the queue. */
const TABLES_LOCK = 5_273_002

/** One process after the other: DBOS breaks where two make the same tables at a time. */
async function makeTables({ pool }: Database, url: string): Promise<void> {
  const held = await pool.connect()
  try {
    // Asked again and again: an index that is made while others are written waits for every statement that waits.
    while (!(await takes(held))) await sleep(100)
    await quietly(() => DBOS.migrate(url))
    await held.query('select pg_advisory_unlock($1)', [TABLES_LOCK])
    held.release()
  } catch (error) {
    // With its connection the lock is gone too.
    held.release(true)
    throw error
  }
}

async function takes(held: PoolClient): Promise<boolean> {
  const { rows } = await held.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [TABLES_LOCK])
  return rows[0]?.got === true
}

/** The one message that DBOS writes to the console, whatever logger it is given, would stand in a command's output. */
async function quietly(work: () => Promise<void>): Promise<void> {
  const { log } = console
  console.log = (...said: unknown[]) => {
    if (said[0] !== 'Running DBOS system database migrations...') log(...said)
  }
  try {
    await work()
  } finally {
    console.log = log
  }
}

export function workflowId({ model, number }: RunId): string {
  return `run/${model}/${number}`
}

/** DBOS would write to the console. */
export const SILENT = { info() {}, debug() {}, warn() {}, error() {} }
