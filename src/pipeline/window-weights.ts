import type { DataStrategy } from '../base/training.ts'

/** A trainer may divide by a weight: one that is too small to be told from nothing stays positive. */
const SMALLEST = 1e-9

/**
 * How much the rows of each window count: w = 2^(−age / half-life), where age is counted from the newest window learned
 * from, which counts 1 (exponential forgetting; Klinkenberg 2004, "Learning drifting concepts").
 * @param train windows to learn from, increasing
 * @returns one weight a window in [1e-9, 1]; null where all rows count the same
 */
export function windowWeights(data: DataStrategy, train: readonly number[]): readonly number[] | null {
  if (data.strategy !== 'recency-weighted') return null
  const newest = train.at(-1) ?? 0
  return train.map((window) => Math.max(SMALLEST, 2 ** ((window - newest) / data.halfLifeWindows)))
}
