/**
 * Two versions scored on the same rows: d = loss(live) − loss(other) a row, so a positive sum favours the other.
 * Kept as sums: the sufficient statistics of every decision that rests on it.
 */
export interface Comparison {
  /** Number of the version that the live one is held against. */
  readonly version: number
  readonly rows: number
  /** Σd. */
  readonly sum: number
  /** Σd². */
  readonly sumSquares: number
}
