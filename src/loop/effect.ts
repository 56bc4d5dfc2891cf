import type { TrainingPlan } from '../base/training.ts'
import type { DecisionRecord } from './record.ts'

export type ServeReason = 'promoted' | 'reinstated' | 'returned' | 'rolled-back'

/** What the world shall do. Executed in order, each at least once, each idempotent. */
export type Effect =
  | { readonly kind: 'start-run'; readonly run: number; readonly plan: TrainingPlan }
  /** Score `versions` beside the live one on a window and report back with `compared`. */
  | {
      readonly kind: 'compare'
      readonly purpose: 'probation' | 'reuse'
      readonly window: number
      readonly versions: readonly number[]
    }
  /** `version` answers from the window after the newest closed one. `window`: newest window whose labels were used. */
  | { readonly kind: 'serve'; readonly version: number; readonly window: number; readonly reason: ServeReason }
  /** A person is asked; nothing happens until a command answers. */
  | { readonly kind: 'propose'; readonly record: DecisionRecord }
