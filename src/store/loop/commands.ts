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

/** A person's word with what came of it. */
export interface GivenCommand {
  readonly model: string
  readonly body: WaitingCommand['body']
  readonly actor: string
  readonly givenAt: Instant
  /** The observation that told the loop; null while it waits, or where it changed nothing. */
  readonly observation: number | null
  readonly answer: string | null
}

/** One word; undefined where none has that number. */
export async function readCommand(db: Kysely<Tables>, id: number): Promise<GivenCommand | undefined> {
  const row = await db.selectFrom('command').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) return undefined
  const { model, body, actor, given_at: givenAt, observation, answer } = row
  return { model, body: body as WaitingCommand['body'], actor, givenAt, observation, answer }
}
