import type { DataStrategy } from './config.ts'
import type { DecisionRecord } from './record.ts'

/** What a training run shall do. */
export interface TrainingPlan {
  readonly data: DataStrategy
  /** Newest window whose labels may be used, for training or for judging. */
  readonly toWindow: number
  /** Newest windows held out of training and used to judge. 0 = none. */
  readonly holdOutWindows: number
  /** First window after the change, where one was located; for the strategy `since-change`. */
  readonly changeWindow: number | null
  /** Windows that the data contract keeps out of training and judging. */
  readonly exclude: readonly number[]
}

export type ServeReason = 'promoted' | 'reinstated' | 'returned'

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
