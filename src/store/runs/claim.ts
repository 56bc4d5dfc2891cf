import { type Kysely, sql } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import type { LivePlan, LiveRun } from '../../pipeline/live-run.ts'
import type { Row, Tables } from '../postgres/tables.ts'
import { type AttemptKey, notifyRuns } from './attempt.ts'

/** A run as its new attempt finds it. */
export interface Claimed {
  readonly key: AttemptKey
  readonly run: LiveRun
  readonly isCancelRequested: boolean
  readonly cancelledBy: string | null
}

/**
 * Begins an attempt: whoever comes last has it, and every older one is refused from then on. A run that was handed over
 * in order keeps the epoch that it was handed over with.
 * @returns null where the run has ended
 */
export async function claimRun(
  db: Kysely<Tables>,
  run: { readonly model: string; readonly number: number },
  { owner, now }: { readonly owner: string; readonly now: Instant },
): Promise<Claimed | null> {
  const row = await db
    .updateTable('run')
    .set({
      state: 'running',
      epoch: sql<number>`case when state = 'running' and owner is null and epoch > 0 then epoch else epoch + 1 end`,
      owner,
      heartbeat_at: now,
      started_at: sql<number>`coalesce(started_at, ${now})`,
    })
    .where('model', '=', run.model)
    .where('number', '=', run.number)
    .where('state', 'in', ['queued', 'running'])
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return null
  await notifyRuns(db, run.model, run.number)
  return {
    key: { model: row.model, number: row.number, epoch: row.epoch, owner },
    run: liveRunOf(row),
    isCancelRequested: row.cancel_requested_at !== null,
    cancelledBy: row.cancelled_by,
  }
}

export function liveRunOf(row: Row<'run'>): LiveRun {
  return {
    model: row.model,
    number: row.number,
    // It was written by `startRun`, and nobody changes it.
    plan: row.plan as LivePlan,
    champion: row.champion,
    policy: row.policy,
    because: row.because,
    actor: row.actor,
    queuedAt: row.queued_at,
    deadlineAt: row.deadline_at,
  }
}
