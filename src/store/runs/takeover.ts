import { sql } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import type { AttemptEnd } from '../../pipeline/attempt.ts'
import type { Database } from '../postgres/database.ts'
import type { Row } from '../postgres/tables.ts'
import { type AttemptKey, notifyRuns, ofAttempt } from './attempt.ts'
import { outcomeOf } from './end-run.ts'

/** A run that has not ended, as somebody saw it. */
export type ActiveRun = Pick<
  Row<'run'>,
  | 'model'
  | 'number'
  | 'state'
  | 'epoch'
  | 'owner'
  | 'heartbeat_at'
  | 'deadline_at'
  | 'cancel_requested_at'
  | 'cancelled_by'
>

export async function activeRuns({ kysely }: Database): Promise<ActiveRun[]> {
  return kysely
    .selectFrom('run')
    .select(['model', 'number', 'state', 'epoch', 'owner', 'heartbeat_at', 'deadline_at'])
    .select(['cancel_requested_at', 'cancelled_by'])
    .where('state', 'in', ['queued', 'running'])
    .execute()
}

/** The run's row, only if it still is as it was seen. */
function asSeen({ kysely }: Database, run: ActiveRun) {
  return kysely
    .updateTable('run')
    .where('model', '=', run.model)
    .where('number', '=', run.number)
    .where('state', '=', run.state)
    .where('epoch', '=', run.epoch)
    .where('owner', 'is not distinct from', run.owner)
    .where('heartbeat_at', 'is not distinct from', run.heartbeat_at)
}

/**
 * Takes a run from an owner that is silent: from now on whatever that one writes is refused.
 * @returns false where the run has changed since it was seen
 */
export async function fence(database: Database, run: ActiveRun, now: Instant): Promise<boolean> {
  const raised = run.state === 'running' ? run.epoch + 1 : run.epoch
  const { numUpdatedRows } = await asSeen(database, run)
    .set({ epoch: raised, owner: null, heartbeat_at: sql<number>`greatest(coalesce(heartbeat_at, 0) + 1, ${now})` })
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Ends a run that nobody works on. @returns false where it has changed since it was seen */
export async function endUnowned(database: Database, run: ActiveRun, end: AttemptEnd, now: Instant): Promise<boolean> {
  const { numUpdatedRows } = await asSeen(database, run)
    .set({ state: end.state, outcome: JSON.stringify(outcomeOf(end)), ended_at: now, owner: null })
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) return false
  await notifyRuns(database.kysely, run.model, run.number)
  return true
}

/** Gives a run out of hand in order: the next attempt begins at once, and counts as the same one. */
export async function handOver({ kysely }: Database, key: AttemptKey): Promise<boolean> {
  const { numUpdatedRows } = await ofAttempt(kysely.updateTable('run'), key).set({ owner: null }).executeTakeFirst()
  return numUpdatedRows === 1n
}
