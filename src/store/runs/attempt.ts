import type { Kysely, UpdateQueryBuilder, UpdateResult } from 'kysely'
import { sql } from 'kysely'
import { Fault } from '../../base/fault.ts'
import type { Tables } from '../postgres/tables.ts'

/** Which run, and which attempt of it. */
export interface AttemptKey {
  readonly model: string
  readonly number: number
  /** Counts attempts: whoever takes a run over raises it, and what an older attempt writes is refused. */
  readonly epoch: number
  /** Id of the process that works on it. */
  readonly owner: string
}

/** What a run does or ends with is told on this channel, as `{"model", "run"}`. */
export const RUNS_CHANNEL = 'keepfit_runs'

type RunUpdate = UpdateQueryBuilder<Tables, 'run', 'run', UpdateResult>

/** The run's row, for the newest attempt alone. Every write about a run goes through here. */
export function ofAttempt(update: RunUpdate, { model, number, epoch, owner }: AttemptKey): RunUpdate {
  return update
    .where('model', '=', model)
    .where('number', '=', number)
    .where('epoch', '=', epoch)
    .where('owner', '=', owner)
    .where('state', '=', 'running')
}

/** @throws Fault RUN_TAKEN_OVER unless exactly one row was changed */
export function checkOneChanged(key: AttemptKey, changed: bigint | number): void {
  if (Number(changed) === 1) return
  throw takenOver(key)
}

export function takenOver({ model, number, epoch, owner }: AttemptKey): Fault {
  return new Fault(
    'RUN_TAKEN_OVER',
    `attempt ${epoch} of run ${number} of '${model}' is over, or not of process ${owner}; what it writes is refused`,
    { model, run: number, epoch },
  )
}

/**
 * Makes sure that an attempt is the newest and stays so until the transaction ends: a takeover waits.
 * @throws Fault RUN_TAKEN_OVER
 */
export async function holdAttempt(trx: Kysely<Tables>, { model, number, epoch, owner }: AttemptKey): Promise<void> {
  const row = await trx
    .selectFrom('run')
    .select(['epoch', 'owner', 'state'])
    .where('model', '=', model)
    .where('number', '=', number)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row?.epoch !== epoch || row.owner !== owner || row.state !== 'running')
    throw takenOver({ model, number, epoch, owner })
}

/** Tells whoever listens that something about a run has changed, once the transaction commits. */
export async function notifyRuns(db: Kysely<Tables>, model: string, run: number): Promise<void> {
  await sql`select pg_notify(${RUNS_CHANNEL}, ${JSON.stringify({ model, run })})`.execute(db)
}
