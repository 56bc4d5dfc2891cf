import { type Kysely, sql } from 'kysely'

/**
 * Models, their configuration, their versions, and which of them answers. All instants are milliseconds since 1970 UTC.
 * What may never happen is refused here, not only in code: a second champion, a changed version, a version number twice.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table model (
      name text primary key check (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
      created_at bigint not null,
      -- Newest configuration; null where the model was only adopted or heard of.
      policy integer,
      -- What every profile of the model is counted on (data/profile-layout.ts), serialised, once its first rows were seen.
      layout bytea,
      -- Regression: standard deviation of the first labels, the unit of loss.
      scale double precision,
      -- Names and kinds of its features, the task and its classes, once known.
      schema jsonb
    );

    -- Each configuration that ever ruled, append-only.
    create table policy (
      model text not null references model,
      number integer not null check (number >= 1),
      hash text not null,
      settings jsonb not null,
      applied_at bigint not null,
      actor text not null,
      primary key (model, number)
    );

    create table version (
      model text not null references model,
      number integer not null check (number >= 1),
      origin text not null check (origin in ('trained', 'adopted')),
      -- The run and its attempt that registered it; null for one that was adopted.
      run integer,
      epoch integer,
      artifact_digest text not null check (artifact_digest ~ '^[0-9a-f]{64}$'),
      artifact_bytes bigint not null check (artifact_bytes > 0),
      created_at bigint not null,
      -- Newest event time that it may know of; null where nobody knows.
      cut_off_at bigint,
      -- Windows it learned from, increasing; empty for one adopted without its data.
      windows integer[] not null,
      rows bigint,
      -- Content hash of the snapshot (DVC's md5) and its path below the data folder; null where there is none.
      snapshot_md5 text,
      snapshot_path text,
      trainer jsonb not null,
      parameters jsonb not null,
      metrics jsonb not null,
      verdicts jsonb not null,
      notes jsonb not null,
      train_ms bigint,
      code_version text not null,
      parent integer,
      primary key (model, number),
      unique (model, run)
    );

    -- When garbage collection took the artifact of a version; the version itself stays for ever.
    create table collected_artifact (
      model text not null,
      version integer not null,
      collected_at bigint not null,
      primary key (model, version),
      foreign key (model, version) references version
    );

    create table alias (
      model text not null,
      name text not null check (name ~ '^[a-z][a-z0-9._-]{0,63}$'),
      version integer not null,
      set_at bigint not null,
      actor text not null,
      primary key (model, name),
      foreign key (model, version) references version
    );

    -- What was live when, and why. The open row is the champion.
    create table serving (
      model text not null,
      number integer not null check (number >= 1),
      version integer not null,
      from_at bigint not null,
      to_at bigint check (to_at >= from_at),
      -- The same in event time: newest window whose labels were used.
      from_window integer,
      reason text not null check (reason in ('adopted', 'first', 'promoted', 'reinstated', 'returned', 'rolled-back')),
      -- The decision record that changed it; null for the first version.
      decision integer,
      actor text not null,
      because text not null,
      primary key (model, number),
      foreign key (model, version) references version
    );
    create unique index one_champion on serving (model) where to_at is null;

    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% of % is refused: its rows are written once', tg_op, tg_table_name using errcode = 'KF001';
    end $$;

    create trigger policy_is_append_only before update or delete on policy for each row execute function refuse_change();
    create trigger version_is_immutable before update or delete on version for each row execute function refuse_change();
    create trigger serving_is_kept before delete on serving for each row execute function refuse_change();

    -- A closed stretch of serving stays as it was; an open one may only be closed.
    create function serving_closes_once() returns trigger language plpgsql as $$
    begin
      if old.to_at is not null or (new.model, new.number, new.version, new.from_at, new.reason)
         is distinct from (old.model, old.number, old.version, old.from_at, old.reason) then
        raise exception 'serving % of % may only be closed, once', old.number, old.model using errcode = 'KF001';
      end if;
      return new;
    end $$;
    create trigger serving_closes_once before update on serving for each row execute function serving_closes_once();
  `.execute(db)
}
