import type { Generated } from 'kysely'
import type { Json, JsonOrNull, Ms } from './columns.ts'

export type RunState = 'queued' | 'running' | 'trained' | 'blocked' | 'failed' | 'cancelled'

export interface RunTable {
  readonly model: string
  readonly number: number
  state: RunState
  readonly plan: Json<unknown>
  readonly policy: number
  readonly champion: number | null
  readonly because: string
  readonly actor: string
  epoch: Generated<number>
  owner: string | null
  heartbeat_at: Ms | null
  deadline_at: Ms
  cancel_requested_at: Ms | null
  cancelled_by: string | null
  step: string | null
  progress: number | null
  readonly queued_at: Ms
  started_at: Ms | null
  ended_at: Ms | null
  outcome: JsonOrNull<unknown>
  learned: JsonOrNull<unknown>
  observation: number | null
  peak_rss_bytes: number | null
  cpu_ms: number | null
}

export interface RunStepTable {
  readonly model: string
  readonly run: number
  readonly step: string
  readonly epoch: number
  started_at: Ms
  ended_at: Ms | null
  result: string | null
}

export interface RunLogTable {
  readonly id: Generated<number>
  readonly model: string
  readonly run: number
  readonly at: Ms
  readonly stream: 'keepfit' | 'out' | 'err'
  readonly line: string
}

export interface ProcessTable {
  readonly id: string
  readonly pid: number
  readonly host: string
  readonly roles: string[]
  readonly started_at: Ms
  heartbeat_at: Ms
}
