import type { Generated, Insertable, Selectable } from 'kysely'
import type { Json, JsonOrNull, Ms } from './columns.ts'
import type { ProcessTable, RunLogTable, RunStepTable, RunTable } from './run-tables.ts'

export interface ModelTable {
  readonly name: string
  created_at: Ms
  policy: number | null
  layout: Buffer | null
  scale: number | null
  schema: JsonOrNull<unknown>
}

export interface PolicyTable {
  readonly model: string
  readonly number: number
  readonly hash: string
  readonly settings: Json<unknown>
  readonly applied_at: Ms
  readonly actor: string
}

export interface VersionTable {
  readonly model: string
  readonly number: number
  readonly origin: 'trained' | 'adopted'
  readonly run: number | null
  readonly epoch: number | null
  readonly artifact_digest: string
  readonly artifact_bytes: number
  readonly created_at: Ms
  readonly cut_off_at: Ms | null
  readonly windows: number[]
  readonly rows: number | null
  readonly snapshot_md5: string | null
  readonly snapshot_path: string | null
  readonly trainer: Json<unknown>
  readonly parameters: Json<Record<string, unknown>>
  readonly metrics: Json<Record<string, number>>
  readonly verdicts: Json<readonly unknown[]>
  readonly notes: Json<readonly string[]>
  readonly train_ms: number | null
  readonly code_version: string
  readonly parent: number | null
}

export interface CollectedArtifactTable {
  readonly model: string
  readonly version: number
  readonly collected_at: Ms
}

export interface AliasTable {
  readonly model: string
  readonly name: string
  version: number
  set_at: Ms
  actor: string
}

export type ServingReason = 'adopted' | 'first' | 'promoted' | 'reinstated' | 'returned' | 'rolled-back'

export interface ServingTable {
  readonly model: string
  readonly number: number
  readonly version: number
  readonly from_at: Ms
  to_at: Ms | null
  readonly from_window: number | null
  readonly reason: ServingReason
  readonly decision: number | null
  readonly actor: string
  readonly because: string
}

export interface EventPartitionTable {
  readonly number: number
  opened_at: Ms
  closed_at: Ms | null
  sealed_at: Ms | null
  dropped_at: Ms | null
  forgotten_at: Ms | null
}

export interface EventTable {
  readonly partition: number
  readonly seq: Generated<number>
  readonly model: string
  readonly type: 'p' | 'l' | 'f'
  readonly id: string
  readonly time: Ms
  readonly received_at: Ms
  readonly prediction_id: string | null
  readonly version: number | null
  readonly body: string
}

export interface EventIdTable {
  readonly key: Buffer
  readonly hash: Buffer
  readonly partition: number
}

export interface StreamTable {
  readonly model: string
  predictions: Generated<number>
  labels: Generated<number>
  feedback: Generated<number>
  first_time: Ms | null
  newest_time: Ms | null
  newest_seq: number | null
  last_received_at: Ms | null
  expired_halves: Generated<number>
}

export interface EventHalfTable {
  readonly model: string
  readonly id: string
  readonly side: 'request' | 'response'
  readonly time: Ms
  readonly received_at: Ms
  readonly body: string
}

export interface EventHalfSeenTable {
  readonly key: Buffer
  readonly hash: Buffer
}

export interface SealedFileTable {
  readonly partition: number
  readonly model: string
  readonly type: 'p' | 'l' | 'f'
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  readonly rows: number
  readonly first_time: Ms
  readonly newest_time: Ms
  readonly newest_seq: number
  readonly corrections: Generated<number>
}

export interface LoopStateTable {
  readonly model: string
  revision: number
  phase: 'gathering' | 'living'
  state: JsonOrNull<unknown>
  watch: Buffer | null
  next_window: Generated<number>
  next_matured: Generated<number>
  next_observation: Generated<number>
  closed_to: Ms | null
  updated_at: Ms
}

export interface TroubleTable {
  readonly model: string
  why: string
  readonly since: Ms
  newest_at: Ms
  tries: number
}

export interface StreamWindowTable {
  readonly model: string
  readonly number: number
  readonly start_at: Ms
  readonly end_at: Ms
  rows: number
  closed_at: Ms
  profile: Buffer | null
  labelled_rows: number | null
  matured_at: Ms | null
  matured_seq: number | null
  performance: JsonOrNull<unknown>
}

export interface ObservationTable {
  readonly model: string
  readonly seq: number
  readonly at: Ms
  readonly policy: number
  readonly body: Json<unknown>
}

export interface DecisionTable {
  readonly model: string
  readonly seq: number
  readonly observation: number
  readonly at: Ms
  readonly policy: number
  readonly kind: string
  readonly record: Json<unknown>
}

export interface CommandTable {
  readonly id: Generated<number>
  readonly model: string
  readonly body: Json<unknown>
  readonly actor: string
  readonly given_at: Ms
  observation: number | null
  answer: string | null
}

export interface OutboxTable {
  readonly id: Generated<number>
  readonly message_id: string
  readonly model: string | null
  readonly event: string
  readonly target: string
  readonly body: Json<unknown>
  readonly written_at: Ms
  attempts: Generated<number>
  due_at: Ms
  due_since: Ms | null
  delivered_at: Ms | null
  given_up_at: Ms | null
  last_error: string | null
}

export interface TokenTable {
  readonly id: string
  readonly name: string
  readonly hash: Buffer
  readonly scopes: string[]
  readonly created_at: Ms
  expires_at: Ms | null
  revoked_at: Ms | null
  last_used_at: Ms | null
}

export interface AuditTable {
  readonly seq: number
  readonly at: Ms
  readonly actor: string
  readonly action: string
  readonly model: string | null
  readonly detail: Json<unknown>
  readonly previous: string
  readonly hash: string
}

export interface AuditHeadTable {
  readonly only: Generated<boolean>
  seq: number
  hash: string
}

/** Every table, as kysely sees it; the migrations make them. */
export interface Tables {
  model: ModelTable
  policy: PolicyTable
  version: VersionTable
  collected_artifact: CollectedArtifactTable
  alias: AliasTable
  serving: ServingTable
  event_partition: EventPartitionTable
  event: EventTable
  event_id: EventIdTable
  stream: StreamTable
  event_half: EventHalfTable
  event_half_seen: EventHalfSeenTable
  sealed_file: SealedFileTable
  loop_state: LoopStateTable
  trouble: TroubleTable
  stream_window: StreamWindowTable
  observation: ObservationTable
  decision: DecisionTable
  command: CommandTable
  run: RunTable
  run_step: RunStepTable
  run_log: RunLogTable
  process: ProcessTable
  outbox: OutboxTable
  token: TokenTable
  audit: AuditTable
  audit_head: AuditHeadTable
}

/** A row as it is read, and as it is written. */
export type Row<Name extends keyof Tables> = Selectable<Tables[Name]>
export type NewRow<Name extends keyof Tables> = Insertable<Tables[Name]>
