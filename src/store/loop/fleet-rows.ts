import { sql } from 'kysely'
import type { WindowPerformance } from '../../live/turn.ts'
import type { DecisionRecord } from '../../loop/record.ts'
import type { LoopState } from '../../loop/state.ts'
import type { Database } from '../postgres/database.ts'
import type { ServingReason } from '../postgres/tables.ts'

/** All that is known of a model at one moment, for a line of the fleet. */
export interface FleetRow {
  readonly name: string
  readonly policy: number | null
  readonly phase: 'gathering' | 'living' | null
  readonly state: LoopState | null
  readonly nextWindow: number
  readonly nextMatured: number
  readonly closedTo: number | null
  /** A decision is half made, a run has ended or a person has spoken, and the loop has yet to hear of it. */
  readonly isDeciding: boolean
  readonly champion: { readonly version: number; readonly since: number; readonly reason: ServingReason } | null
  readonly performance: WindowPerformance | null
  readonly performanceWindow: number | null
  readonly performanceEnd: number | null
  readonly decision: {
    readonly seq: number
    readonly kind: string
    readonly at: number
    readonly record: DecisionRecord
  } | null
  readonly run: { readonly number: number; readonly step: string | null; readonly progress: number | null } | null
  readonly predictions: number
  readonly labels: number
  readonly firstTime: number | null
  readonly newestTime: number | null
  readonly lastReceivedAt: number | null
  /** Why it cannot be moved on; null where it can. */
  readonly trouble: string | null
}

/** Every model, by name, or one of them: one statement, so that all of a line is of one moment. */
export async function fleetRows({ kysely }: Database, model: string | null = null): Promise<readonly FleetRow[]> {
  const { rows } = await sql<FleetRow>`
    select m.name, m.policy, l.phase, l.state, coalesce(l.next_window, 0) as "nextWindow",
      coalesce(l.next_matured, 0) as "nextMatured", l.closed_to as "closedTo", (
        l.state -> 'pending' <> 'null'::jsonb
        or exists (select from command c where c.model = m.name and c.observation is null and c.answer is null)
        or exists (select from run r where r.model = m.name and r.ended_at is not null and r.observation is null)
      ) is true as "isDeciding",
      (select jsonb_build_object('version', version, 'since', from_at, 'reason', reason)
       from serving v where v.model = m.name and v.to_at is null) as champion,
      w.performance, w.number as "performanceWindow", w.end_at as "performanceEnd",
      (select jsonb_build_object('seq', seq, 'kind', kind, 'at', at, 'record', record)
       from decision d where d.model = m.name order by seq desc limit 1) as decision,
      (select jsonb_build_object('number', number, 'step', step, 'progress', progress)
       from run r where r.model = m.name and r.state in ('queued', 'running')) as run,
      coalesce(s.predictions, 0) as predictions, coalesce(s.labels, 0) as labels,
      s.first_time as "firstTime", s.newest_time as "newestTime", s.last_received_at as "lastReceivedAt",
      (select why from trouble t where t.model = m.name) as trouble
    from model m
    left join loop_state l on l.model = m.name
    left join stream s on s.model = m.name
    left join lateral (
      select performance, number, end_at from stream_window w
      where w.model = m.name and w.performance is not null order by w.number desc limit 1) w on true
    where ${model}::text is null or m.name = ${model}::text
    order by m.name`.execute(kysely)
  return rows
}
