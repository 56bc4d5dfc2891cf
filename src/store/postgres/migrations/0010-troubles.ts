import { type Kysely, sql } from 'kysely'

/** Which models cannot be moved on: whoever is asked for the status may be another process than the one that tried. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table trouble (
      model text primary key references model,
      -- What the newest attempt failed with.
      why text not null,
      since bigint not null,
      newest_at bigint not null,
      tries integer not null check (tries >= 1)
    );
  `.execute(db)
}
