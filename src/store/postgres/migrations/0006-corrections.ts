import { type Kysely, sql } from 'kysely'

/** Corrections of predictions are few, and each window must find its own among all predictions. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index event_corrections on event (model, prediction_id) where type = 'p' and id <> prediction_id;
    -- Corrections in the file: files without any need not be asked for them.
    alter table sealed_file add column corrections bigint not null default 0;
  `.execute(db)
}
