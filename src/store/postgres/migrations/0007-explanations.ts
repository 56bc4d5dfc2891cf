import { type Kysely, sql } from 'kysely'

/** Whoever asks why is answered without reading a whole life. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index observation_window on observation (model, ((body ->> 'window')::integer));
    create index decision_observation on decision (model, observation);
    create index decision_kind on decision (model, kind, seq);
  `.execute(db)
}
