import type { Frame } from './frame.ts'
import type { Labels, Scores } from './labels.ts'

/** The rows of one stretch of a live stream: one a prediction, in order of event time, then of id. */
export interface WindowRows {
  /** Ids of the predictions, unique. */
  readonly ids: readonly string[]
  /** Event times, ms since 1970 UTC, ascending. */
  readonly times: Float64Array
  /** The model's features, in the order of its schema. */
  readonly features: Frame
  /** Class codes or values; NaN where no label is known. The newest label of a prediction counts. */
  readonly labels: Labels
  /** What was answered then, laid out as `Scores`; NaN where the event told no score. Null where no event told any. */
  readonly recorded: Scores | null
  /** The version that answered, as the events tell; 0 where they do not. */
  readonly versions: Int32Array
  /** Newest event that these rows know of; 0 without rows. */
  readonly newestSeq: number
  /** Values, labels and scores of these rows that are not of the kind that the schema says; they were read as missing. */
  readonly strange: number
}
