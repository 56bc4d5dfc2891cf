import { type Kysely, sql } from 'kysely'

/** What must still be told to the world, who may ask, and the record of all that was done. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- Delivered at least once, in order per model, under the same id.
    create table outbox (
      id bigserial primary key,
      message_id text not null unique,
      model text,
      -- promoted, returned, reinstated, rolled-back, run-failed, breaker-opened, breaker-closed, proposed, adopted
      event text not null,
      target text not null,
      body jsonb not null,
      written_at bigint not null,
      attempts integer not null default 0,
      due_at bigint not null,
      delivered_at bigint,
      -- Given up after so many attempts; shown as such.
      given_up_at bigint,
      last_error text
    );
    create index outbox_due on outbox (due_at) where delivered_at is null and given_up_at is null;

    create table token (
      id text primary key,
      name text not null,
      hash bytea not null unique,
      scopes text[] not null,
      created_at bigint not null,
      expires_at bigint,
      revoked_at bigint,
      last_used_at bigint
    );

    -- Each entry holds the hash of the one before: nothing can be taken out or changed without it showing.
    create table audit (
      seq bigint primary key,
      at bigint not null,
      actor text not null,
      action text not null,
      model text,
      detail jsonb not null,
      previous text not null,
      hash text not null unique
    );
    create table audit_head ("only" boolean primary key default true check ("only"), seq bigint not null, hash text not null);
    insert into audit_head (seq, hash) values (0, repeat('0', 64));
    create trigger audit_is_append_only before update or delete on audit for each row execute function refuse_change();
  `.execute(db)
}
