import { sql } from 'kysely'
import type { Database } from '../postgres/database.ts'

/** How often things happened, by model, for metrics. */
export interface Counts {
  readonly runs: readonly { readonly model: string; readonly state: string; readonly count: number }[]
  readonly decisions: readonly { readonly model: string; readonly kind: string; readonly count: number }[]
  readonly models: readonly {
    readonly model: string
    readonly windowsClosed: number
    readonly windowsMatured: number
    readonly newestTime: number | null
    readonly closedTo: number | null
    /** Halves of predictions that wait for the other, and those that waited in vain. */
    readonly halvesWaiting: number
    readonly halvesExpired: number
  }[]
  readonly outboxWaiting: number
  readonly outboxGivenUp: number
}

export async function countAll({ kysely }: Database): Promise<Counts> {
  const [runs, decisions, models, outbox] = await Promise.all([
    sql<Counts['runs'][number]>`select model, state, count(*) as count from run group by 1, 2`.execute(kysely),
    sql<Counts['decisions'][number]>`select model, kind, count(*) as count from decision group by 1, 2`.execute(kysely),
    sql<Counts['models'][number]>`
      select l.model, count(w.number) as "windowsClosed", count(w.matured_at) as "windowsMatured",
             s.newest_time as "newestTime", l.closed_to as "closedTo",
             (select count(*) from event_half h where h.model = l.model) as "halvesWaiting",
             coalesce(s.expired_halves, 0) as "halvesExpired"
      from loop_state l left join stream_window w on w.model = l.model left join stream s on s.model = l.model
      group by l.model, s.newest_time, l.closed_to, s.expired_halves`.execute(kysely),
    sql<{ waiting: number; given_up: number }>`
      select count(*) filter (where delivered_at is null and given_up_at is null) as waiting,
             count(*) filter (where given_up_at is not null) as given_up from outbox`.execute(kysely),
  ])
  return {
    runs: runs.rows,
    decisions: decisions.rows,
    models: models.rows,
    outboxWaiting: outbox.rows[0]?.waiting ?? 0,
    outboxGivenUp: outbox.rows[0]?.given_up ?? 0,
  }
}
