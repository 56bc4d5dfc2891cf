import { type Kysely, sql } from 'kysely'

/** When it was said that a message is due later: a clock that steps back behind that moment makes no message wait. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table outbox add column due_since bigint`.execute(db)
}
