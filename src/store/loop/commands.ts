import { type Kysely, sql } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import type { WaitingCommand } from '../../live/ports.ts'
import type { Tables } from '../postgres/tables.ts'

/** The channel on which whoever moves models on hears that there is something to do. */
export const LOOP_CHANNEL = 'keepfit_loop'

/** Leaves a person's word for the loop. @returns its number, by which its answer can be asked for */
export async function giveCommand(
  db: Kysely<Tables>,
  { model, body, now }: { readonly model: string; readonly body: WaitingCommand['body']; readonly now: Instant },
): Promise<number> {
  const row = await db
    .insertInto('command')
    .values({ model, body: JSON.stringify(body), actor: body.actor, given_at: now, observation: null, answer: null })
    .returning('id')
    .executeTakeFirstOrThrow()
  await sql`select pg_notify(${LOOP_CHANNEL}, ${model})`.execute(db)
  return row.id
}

/** The oldest word that the loop has not heard. */
export async function nextCommand(db: Kysely<Tables>, model: string): Promise<WaitingCommand | null> {
  const row = await db
    .selectFrom('command')
    .select(['id', 'body'])
    .where('model', '=', model)
    .where('observation', 'is', null)
    .where('answer', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : { id: row.id, body: row.body as WaitingCommand['body'] }
}

/** What came of a person's word; null while the loop has not heard it. */
export async function answerTo(db: Kysely<Tables>, id: number): Promise<string | null> {
  const row = await db.selectFrom('command').select('answer').where('id', '=', id).executeTakeFirst()
  return row?.answer ?? null
}
