import { type Kysely, sql } from 'kysely'

/** What is asked every second stays quick when much waits, or much has been. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- Which message of a target is the oldest, when hundreds wait for one that does not answer.
    create index outbox_line on outbox (target, id) where delivered_at is null and given_up_at is null;
    -- The newest runs of all models.
    create index run_newest on run (queued_at desc);
    -- Whether a version of any model has an artifact.
    create index version_artifact on version (artifact_digest);
  `.execute(db)
}
