import { type Kysely, sql } from 'kysely'

/** Training runs. At most one is active per model; only the attempt that holds the newest epoch may write. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table run (
      model text not null references model,
      number integer not null check (number >= 1),
      state text not null check (state in ('queued', 'running', 'trained', 'blocked', 'failed', 'cancelled')),
      plan jsonb not null,
      policy integer not null,
      -- The version it is judged against; null for the first training.
      champion integer,
      because text not null,
      actor text not null,
      -- Counts attempts: a takeover raises it, and what an older attempt writes is refused.
      epoch integer not null default 0,
      owner text,
      heartbeat_at bigint,
      deadline_at bigint not null,
      cancel_requested_at bigint,
      cancelled_by text,
      step text,
      -- Part done, 0 to 1, of the step.
      progress real,
      queued_at bigint not null,
      started_at bigint,
      ended_at bigint,
      -- How it ended, as the loop will be told (base/training.ts), with the version's number.
      outcome jsonb,
      learned jsonb,
      -- The observation that told the loop; null until then.
      observation integer,
      peak_rss_bytes bigint,
      cpu_ms bigint,
      primary key (model, number)
    );
    create unique index one_active_run on run (model) where state in ('queued', 'running');
    create index run_untold on run (model) where observation is null and ended_at is not null;

    create function run_goes_forward() returns trigger language plpgsql as $$
    begin
      if old.state in ('trained', 'blocked', 'failed', 'cancelled') and
         (new.state, new.outcome, new.ended_at, new.epoch) is distinct from (old.state, old.outcome, old.ended_at, old.epoch) then
        raise exception 'run % of % has ended as %; it cannot become %', old.number, old.model, old.state, new.state using errcode = 'KF001';
      end if;
      if old.state = 'running' and new.state = 'queued' then
        raise exception 'run % of % is running; it cannot be queued again', old.number, old.model using errcode = 'KF001';
      end if;
      if old.state = 'queued' and new.state = 'trained' then
        raise exception 'run % of % never ran; it cannot have trained', old.number, old.model using errcode = 'KF001';
      end if;
      if new.epoch < old.epoch then
        raise exception 'run % of % is at attempt %; % is too old', old.number, old.model, old.epoch, new.epoch using errcode = 'KF001';
      end if;
      return new;
    end $$;
    create trigger run_goes_forward before update on run for each row execute function run_goes_forward();
    create trigger run_is_kept before delete on run for each row execute function refuse_change();

    create table run_step (
      model text not null,
      run integer not null,
      step text not null,
      epoch integer not null,
      started_at bigint not null,
      ended_at bigint,
      -- What came of it, in a sentence.
      result text,
      primary key (model, run, step, epoch),
      foreign key (model, run) references run
    );

    create table run_log (
      id bigserial primary key,
      model text not null,
      run integer not null,
      at bigint not null,
      stream text not null check (stream in ('keepfit', 'out', 'err')),
      line text not null
    );
    create index run_log_by_run on run_log (model, run, id);

    -- Each live process of Keepfit, with the roles it plays.
    create table process (
      id text primary key,
      pid integer not null,
      host text not null,
      roles text[] not null,
      started_at bigint not null,
      heartbeat_at bigint not null
    );
  `.execute(db)
}
