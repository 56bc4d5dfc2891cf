import { type Kysely, sql } from 'kysely'

/**
 * What services tell: predictions, labels, feedback. Rows are partitioned by arrival, so that a partition that is no
 * longer written can be sealed as Parquet and dropped; whose ids were seen is kept for ever.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table event_partition (
      number integer primary key,
      opened_at bigint not null,
      -- Nothing is written to it from then on.
      closed_at bigint,
      sealed_at bigint,
      -- Its rows are in Parquet only.
      dropped_at bigint,
      -- Retention took the Parquet files too.
      forgotten_at bigint
    );

    create sequence event_seq;
    create table event (
      partition integer not null,
      seq bigint not null default nextval('event_seq'),
      model text not null,
      -- prediction, label, feedback
      type "char" not null check (type in ('p', 'l', 'f')),
      id text not null,
      -- Event time; and when it was durably taken in.
      time bigint not null,
      received_at bigint not null,
      -- The prediction that a label or feedback is about.
      prediction_id text,
      -- The version that answered, where the service told.
      version integer,
      -- The event's own JSON, but for what stands in columns.
      body text not null
    ) partition by list (partition);
    create index event_by_time on event (model, type, time);
    create index event_by_prediction on event (model, prediction_id) where prediction_id is not null;

    -- One row an event that was ever taken in: 16 bytes of SHA-256 of model and id, 16 of the body, and where it went.
    create table event_id (
      key bytea primary key,
      hash bytea not null,
      partition integer not null
    );

    -- How far each model's stream has come; written with the events themselves.
    create table stream (
      model text primary key,
      predictions bigint not null default 0,
      labels bigint not null default 0,
      feedback bigint not null default 0,
      first_time bigint,
      -- Newest event time that was not in the future when it came.
      newest_time bigint,
      newest_seq bigint,
      last_received_at bigint
    );

    -- A file of a sealed partition.
    create table sealed_file (
      partition integer not null references event_partition,
      model text not null,
      type "char" not null,
      path text not null unique,
      sha256 text not null,
      bytes bigint not null,
      rows bigint not null,
      first_time bigint not null,
      newest_time bigint not null,
      newest_seq bigint not null,
      primary key (partition, model, type)
    );
  `.execute(db)
}
