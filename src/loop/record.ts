import type { Instant } from '../base/clock.ts'
import type { Reason } from '../base/decision.ts'
import type { Evidence } from '../base/evidence.ts'
import type { Verdict } from '../base/verdict.ts'

/** Everything that can be decided. */
export const DECISION_KINDS = [
  'keep',
  'postpone',
  'undecided',
  'retrain',
  'promote',
  'reject',
  'reinstate',
  'return',
  'roll-back',
  'blocked',
  'quarantine',
  'noted',
  'run-failed',
  'run-cancelled',
  'data-refused',
  'breaker-opened',
  'breaker-closed',
  'approved',
  'declined',
] as const

/** What was decided. */
export type DecisionKind = (typeof DECISION_KINDS)[number]

/** One decision, with all it rests on. Everything that explains Keepfit reads these; nothing is recomputed for display. */
export interface DecisionRecord {
  readonly seq: number
  readonly kind: DecisionKind
  /** Newest window whose labels were known. */
  readonly window: number
  /** The window it is about, where it is about one: a quarantined window may be newer than `window`. Else null. */
  readonly aboutWindow: number | null
  readonly now: Instant | null
  /** The version that was live when it was decided. */
  readonly live: number
  /** The version it is about, where that is another one. */
  readonly version: number | null
  readonly because: readonly Reason[]
  readonly evidence: readonly Evidence[]
  readonly verdicts: readonly Verdict[]
}
