import type { Instant } from '../../base/clock.ts'
import type { Interval } from '../../base/evidence.ts'
import type { Outcome } from '../../base/verdict.ts'
import type { DecisionKind } from '../record.ts'

/** A reason, with what its numbers are in. */
export interface ExplainedReason {
  readonly by: string
  readonly text: string
  readonly value: number | null
  readonly limit: number | null
  /** What value and limit are in; null where the text says it, or where there are none. */
  readonly unit: string | null
  /** Rows that it rests on; null where nothing was measured on rows: what is counted is its own n. */
  readonly rows: number | null
}

/** What one detector said. */
export interface EvidenceLine {
  readonly detector: string
  /** Detector and subject, in words. */
  readonly what: string
  readonly subject: string
  /** Null where there was too little to measure. */
  readonly value: number | null
  readonly unit: string | null
  readonly limit: number | null
  readonly interval: Interval | null
  readonly rows: number
  /** `measured`: a number with its interval; whether it is too much, a trigger says. */
  readonly verdict: 'alarmed' | 'measured' | 'insufficient' | 'quiet'
  /** What must be known to read it; null: nothing. */
  readonly because: string | null
  /** The other decision that it was written down with, which this one follows from; null: this one. */
  readonly decision: number | null
}

/** What one gate said. */
export interface GateLine {
  readonly gate: string
  readonly outcome: Outcome
  readonly observed: number | null
  readonly limit: number | null
  readonly interval: Interval | null
  readonly rows: number
  readonly because: string
  readonly needs: string | null
}

/** Something that might have been behind it, or in its way, and was not. */
export interface RuledOut {
  readonly what: string
  readonly because: string
  readonly rows: number | null
}

/** What would have led to something else. */
export interface Alternative {
  readonly sentence: string
  readonly value: number | null
  readonly limit: number | null
  readonly rows: number | null
}

/** The records that a decision rests on. */
export interface Rests {
  readonly observation: number
  readonly policy: number
  readonly windows: readonly number[]
  readonly versions: readonly number[]
  readonly run: number | null
  /** Other decisions that belong to it. */
  readonly decisions: readonly number[]
}

/** One decision, for a person: why, what was ruled out, and what would have changed it. */
export interface Explanation {
  readonly seq: number
  readonly kind: DecisionKind
  readonly headline: string
  /** Event time up to which the stream was known. */
  readonly now: Instant | null
  readonly window: number
  readonly aboutWindow: number | null
  readonly live: number
  readonly version: number | null
  readonly why: readonly ExplainedReason[]
  readonly evidence: readonly EvidenceLine[]
  readonly gates: readonly GateLine[]
  readonly ruledOut: readonly RuledOut[]
  readonly wouldChange: readonly Alternative[]
  readonly restsOn: Rests
}
