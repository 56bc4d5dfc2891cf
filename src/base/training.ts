import type { Instant } from './clock.ts'
import type { Verdict } from './verdict.ts'

/** How rows for a training are chosen. */
export type DataStrategy =
  | { readonly strategy: 'full' }
  | { readonly strategy: 'rolling'; readonly windows?: number | undefined }
  | { readonly strategy: 'since-change'; readonly minWindows: number; readonly windows?: number | undefined }
  | { readonly strategy: 'recency-weighted'; readonly halfLifeWindows: number; readonly windows?: number | undefined }

/** What a training run is asked to do. All in windows of the model's stream. */
export interface TrainingPlan {
  readonly data: DataStrategy
  /** Newest window whose labels may be used, for training or for judging. */
  readonly toWindow: number
  /** Newest windows held out of training and used to judge; 0 = none. */
  readonly holdOutWindows: number
  /** First window after a located change, for the strategy `since-change`; null where none was. */
  readonly changeWindow: number | null
  /** Windows that the data contract keeps out of training and judging. */
  readonly exclude: readonly number[]
}

/** How a training run ended. `Model` is whatever the caller knows a trained model by. */
export type TrainingOutcome<Model> =
  | {
      readonly kind: 'trained'
      readonly model: Model
      readonly verdicts: readonly Verdict[]
      readonly notes: readonly string[]
    }
  /** There is too little to learn from or to judge on. `isCorrupted`: because the data contract kept most of it out. */
  | { readonly kind: 'blocked'; readonly isCorrupted: boolean; readonly breaches: readonly string[] }
  /** The trainer did not converge. */
  | { readonly kind: 'failed'; readonly why: string }
  /** A person stopped it: nothing is wrong with data or trainer. */
  | { readonly kind: 'cancelled'; readonly why: string }

/** What a run has learned from, as it reports it. */
export interface Learned {
  /** Labelled rows; null where nobody counted them. */
  readonly rows: number | null
  /** Newest window among them. */
  readonly toWindow: number
  /** Its end in event time; null where the stream has no time. */
  readonly cutOffAt: Instant | null
}

/** Where a version comes from. */
export interface Origin extends Learned {
  /** Fingerprint of the trainer's code and configuration when its training was started; null where nobody gave one. */
  readonly trainer: string | null
}
