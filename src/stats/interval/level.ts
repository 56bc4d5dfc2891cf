import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'

/** Confidence of every interval unless told otherwise. */
export const DEFAULT_LEVEL = 0.95

/**
 * The normal deviate of a two-sided interval: z with P(|Z| ≤ z) = level.
 *
 * @param level confidence, in (0, 1)
 * @returns z > 0
 * @throws RangeError when `level` is outside (0, 1)
 */
export function normalDeviate(level: number): number {
  requireLevel(level)
  // From the lower tail: (1 + level) / 2 would lose the digits of a level near 1.
  return -normalQuantile((1 - level) / 2, 0, 1)
}

/** @throws RangeError when `level` is not a confidence in (0, 1) */
export function requireLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be in (0, 1); got ${level}`)
}
