import type { Instant } from '../base/clock.ts'
import type { Comparison } from '../base/comparison.ts'
import type { Reason } from '../base/decision.ts'
import type { Evidence } from '../base/evidence.ts'
import type { Learned, Origin, TrainingOutcome } from '../base/training.ts'

/** What the loop is told. Evidence and verdicts, never rows. */
export type Observation =
  /** A window closed: what can be seen without labels. */
  | {
      readonly kind: 'window-closed'
      readonly window: number
      readonly now: Instant | null
      readonly evidence: readonly Evidence[]
      /** What the data contract has against the window's rows; any breach keeps them out of training and judging. */
      readonly breaches: readonly Reason[]
      readonly stops?: Reason | null
      readonly noted?: readonly Reason[]
    }
  /** A window's labels have matured. Triggers decide now, for only new labels can teach a new version anything. */
  | {
      readonly kind: 'labels-matured'
      readonly window: number
      readonly now: Instant | null
      readonly evidence: readonly Evidence[]
      /** Rows of the window whose labels are known, ≥ 0. */
      readonly labelledRows: number
      /** What the data contract has against the window's labels. */
      readonly breaches: readonly Reason[]
      /** The breach that stops every training and decision until a later window has none; null: none does. */
      readonly stops?: Reason | null
      /** Breaches that the contract lets pass: written down, and nothing more. */
      readonly noted?: readonly Reason[]
    }
  | {
      readonly kind: 'compared'
      readonly purpose: 'probation' | 'reuse'
      readonly window: number
      readonly comparisons: readonly Comparison[]
    }
  | {
      readonly kind: 'run-ended'
      readonly run: number
      readonly result: TrainingOutcome<number>
      /** What the trained version learned from; left out where the run cannot say, or trained nothing. */
      readonly learned?: Learned
    }
  | {
      readonly kind: 'command'
      readonly command: 'approve' | 'reject' | 'close-breaker'
      readonly actor: string
      readonly reason: string
    }
  /** A person wants a training now, in any mode and whatever the cooldown says. */
  | {
      readonly kind: 'command'
      readonly command: 'retrain'
      readonly actor: string
      readonly reason: string
      /** What shall not stand in its way either. */
      readonly despite?: readonly Override[]
    }
  /** A person lets a version answer: one that was trained or adopted, or, back again, one that answered before. */
  | {
      readonly kind: 'command'
      readonly command: 'promote' | 'roll-back'
      readonly actor: string
      readonly reason: string
      /** Another one than the live version. */
      readonly version: number
      readonly origin: Origin
    }

/** What stops every training, unless a person says otherwise of one. */
export type Override = 'budget' | 'breaker'
