import { type Kysely, sql } from 'kysely'

/** The life of each model: windows, what the loop was told, what it decided, and what it remembers. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- One row a model. Whoever moves it on must name the revision it read: two schedulers cannot both.
    create table loop_state (
      model text primary key references model,
      revision bigint not null,
      -- gathering: no version yet, windows pile up; living: the loop runs.
      phase text not null check (phase in ('gathering', 'living')),
      -- loop/state.ts; null while gathering.
      state jsonb,
      -- The state of the detectors of the live version, serialised; null while gathering.
      watch bytea,
      next_window integer not null default 0,
      -- Oldest window whose labels have not matured yet.
      next_matured integer not null default 0,
      next_observation integer not null default 1,
      -- End of the newest closed window; null before the first.
      closed_to bigint,
      updated_at bigint not null
    );

    create table stream_window (
      model text not null references model,
      number integer not null check (number >= 0),
      start_at bigint not null,
      end_at bigint not null check (end_at > start_at),
      rows bigint not null,
      closed_at bigint not null,
      -- Summary of its rows on the model's layout (data/profile.ts), serialised; made once.
      profile bytea,
      labelled_rows bigint,
      matured_at bigint,
      -- Newest event that was known when it matured: a later label feeds trainings, never this window's decision.
      matured_seq bigint,
      -- Metrics of the version that was live, with interval and n.
      performance jsonb,
      primary key (model, number)
    );

    -- Everything the loop was ever told: replaying it gives every decision again.
    create table observation (
      model text not null references model,
      seq integer not null,
      at bigint not null,
      policy integer not null,
      body jsonb not null,
      primary key (model, seq)
    );

    create table decision (
      model text not null,
      seq integer not null,
      observation integer not null,
      at bigint not null,
      policy integer not null,
      kind text not null,
      record jsonb not null,
      primary key (model, seq),
      foreign key (model, observation) references observation
    );

    -- A person's word, waiting for the loop to hear it.
    create table command (
      id bigserial primary key,
      model text not null references model,
      body jsonb not null,
      actor text not null,
      given_at bigint not null,
      -- The observation that told the loop; null while it waits.
      observation integer,
      -- What came of it, in a sentence, for whoever gave it.
      answer text
    );
    create index command_waiting on command (model, id) where observation is null and answer is null;

    create trigger observation_is_append_only before update or delete on observation for each row execute function refuse_change();
    create trigger decision_is_append_only before update or delete on decision for each row execute function refuse_change();
  `.execute(db)
}
