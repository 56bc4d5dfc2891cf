import { type Kysely, sql } from 'kysely'

/** Serving systems log a request and its answer apart: each half is durable by itself, and waits for the other. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- Of each pair at most one half waits; the second takes it away and writes the predictions.
    create table event_half (
      model text not null,
      id text not null,
      side text not null check (side in ('request', 'response')),
      time bigint not null,
      received_at bigint not null,
      -- Features or scores, row by row, as JSON.
      body text not null,
      primary key (model, id)
    );
    create index event_half_by_age on event_half (received_at);

    -- One row a half that was ever taken in: 16 bytes of SHA-256 of model, id and side, 16 of what it says.
    create table event_half_seen (
      key bytea primary key,
      hash bytea not null
    );

    -- Halves whose other half never came.
    alter table stream add column expired_halves bigint not null default 0;
  `.execute(db)
}
