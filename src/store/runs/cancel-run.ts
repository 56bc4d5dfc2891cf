import type { Instant } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import { appendAudit } from '../audit/append.ts'
import type { Database } from '../postgres/database.ts'
import type { Row } from '../postgres/tables.ts'
import { notifyRuns } from './attempt.ts'
import { outcomeOf } from './end-run.ts'

/**
 * A person wants a run to end: one that waits ends at once, one that is worked on is asked to. The audit notes who asked
 * and why. Asking again changes nothing, and is not noted again.
 * @returns the run as it is then; undefined where there is none
 * @throws Fault CONFLICT when it has ended otherwise
 */
export async function cancelRun(
  { kysely }: Database,
  { model, number }: { readonly model: string; readonly number: number },
  { actor, because, now }: { readonly actor: string; readonly because: string; readonly now: Instant },
): Promise<Row<'run'> | undefined> {
  return kysely.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('run')
      .selectAll()
      .where('model', '=', model)
      .where('number', '=', number)
      .forNoKeyUpdate()
      .executeTakeFirst()
    if (row === undefined || row.state === 'cancelled') return row
    if (row.ended_at !== null)
      throw new Fault('CONFLICT', `run ${number} of '${model}' has ended as ${row.state}; it cannot be cancelled`)
    if (row.cancel_requested_at !== null) return row
    const by = `${actor}: ${because}`
    const asked = { cancel_requested_at: now, cancelled_by: by }
    const why = `cancelled by ${by}`
    const ended =
      row.state === 'queued'
        ? {
            state: 'cancelled' as const,
            ended_at: now,
            outcome: JSON.stringify(outcomeOf({ state: 'cancelled', why })),
          }
        : {}
    const changed = await trx
      .updateTable('run')
      .set({ ...asked, ...ended })
      .where('model', '=', model)
      .where('number', '=', number)
      .returningAll()
      .executeTakeFirstOrThrow()
    await notifyRuns(trx, model, number)
    // Asked for, not done: a run that is worked on may end otherwise before it hears of it.
    const detail = { run: number, was: row.state, because }
    await appendAudit(trx, { at: now, actor, action: 'run-cancel-requested', model, detail })
    return changed
  })
}
