import { sql } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import type { Database } from '../postgres/database.ts'
import { type AttemptKey, ofAttempt } from './attempt.ts'

export interface ProcessRow {
  readonly id: string
  readonly pid: number
  readonly host: string
  readonly roles: readonly string[]
}

/** Says that a process is alive; the first time it is written down with all that is known of it. */
export async function beatProcess({ kysely }: Database, process: ProcessRow, now: Instant): Promise<void> {
  await kysely
    .insertInto('process')
    .values({ ...process, roles: [...process.roles], started_at: now, heartbeat_at: now })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ heartbeat_at: now }))
    .execute()
}

/** What a run's owner learns when it says that it is alive. */
export interface Beaten {
  readonly isCancelRequested: boolean
  readonly cancelledBy: string | null
}

/** Says that an attempt is alive and how far it is; null where it is not the run's attempt any more. */
export async function beatAttempt(
  { kysely }: Database,
  key: AttemptKey,
  { now, progress }: { readonly now: Instant; readonly progress: number | null },
): Promise<Beaten | null> {
  const row = await ofAttempt(kysely.updateTable('run'), key)
    // A clock that stands still must not look like a process that does.
    .set({
      heartbeat_at: sql<number>`case when heartbeat_at = ${now}::int8 then ${now}::int8 + 1 else ${now}::int8 end`,
      ...(progress === null ? {} : { progress }),
    })
    .returning(['cancel_requested_at', 'cancelled_by'])
    .executeTakeFirst()
  if (row === undefined) return null
  return { isCancelRequested: row.cancel_requested_at !== null, cancelledBy: row.cancelled_by }
}

/** Processes that have said nothing for so long are forgotten. */
export async function forgetProcesses({ kysely }: Database, before: Instant): Promise<void> {
  await kysely.deleteFrom('process').where('heartbeat_at', '<', before).execute()
}
