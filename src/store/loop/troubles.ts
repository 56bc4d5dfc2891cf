import { sql } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import type { Database } from '../postgres/database.ts'

/** Postgres has no place for the character zero in a text. */
const storable = (text: string) => text.replaceAll('\u0000', '\ufffd')

/** Notes that a model could not be moved on: the newest reason, and since when and how often in a row. */
export async function noteTrouble(
  { kysely }: Database,
  { model, why, now }: { readonly model: string; readonly why: string; readonly now: Instant },
): Promise<void> {
  await kysely
    .insertInto('trouble')
    .values({ model, why: storable(why), since: now, newest_at: now, tries: 1 })
    .onConflict((conflict) =>
      conflict.column('model').doUpdateSet({
        why: (row) => row.ref('excluded.why'),
        newest_at: (row) => row.ref('excluded.newest_at'),
        tries: sql`trouble.tries + 1`,
      }),
    )
    .execute()
}

/** It goes on. One that had no trouble is fine. */
export async function clearTrouble({ kysely }: Database, model: string): Promise<void> {
  await kysely.deleteFrom('trouble').where('model', '=', model).execute()
}
