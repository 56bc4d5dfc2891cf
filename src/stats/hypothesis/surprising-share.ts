import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'

/** What is known of a share from the rows that it is held against. */
export interface ReferenceShare {
  /** In [0, 1]. */
  readonly share: number
  /** Rows it was counted on, > 0. */
  readonly rows: number
  /** Variance of `share` as an estimate, ≥ 0; default share (1 − share) / rows. */
  readonly variance?: number
}

/**
 * The share of new rows from which on chance is no explanation, when their true share is that of the reference.
 *
 * p + z √(p(1−p)/n + v) + z²/2 (1/n + 1/m): the normal limit for the difference of two shares, with the skewness of
 * rare things added, as in the limits of Poisson counts. Without that term nothing of m and one of n rows would be
 * surprising. It is cautious where m and n differ by much and the share is near 0.
 *
 * @param reference the share before, on m rows
 * @param rows      new rows n, > 0
 * @param z         normal deviate of the chance that is allowed, ≥ 0; `deviateOf`
 * @returns a share > reference.share for z > 0; above 1 when no count of n rows would be surprising
 * @throws RangeError when a parameter is out of its domain
 * @see Wilson 1927 (score limits); the z²/2 of Poisson limits is that of Garwood 1936, to first order
 */
export function surprisingShare(reference: ReferenceShare, rows: number, z: number): number {
  const { share, rows: before } = reference
  if (!(share >= 0 && share <= 1)) throw new RangeError(`share must be in [0, 1]; got ${share}`)
  if (!(before > 0 && rows > 0)) throw new RangeError(`rows must be > 0; got ${before} and ${rows}`)
  if (!(z >= 0)) throw new RangeError(`z must be >= 0; got ${z}`)
  const variance = reference.variance ?? (share * (1 - share)) / before
  const error = Math.sqrt((share * (1 - share)) / rows + variance)
  return share + z * error + ((z * z) / 2) * (1 / rows + 1 / before)
}

/**
 * The normal deviate that one of `tests` one-sided tests exceeds by chance with probability alpha / tests (Bonferroni).
 *
 * @param alpha chance that any of the tests errs, in (0, 1)
 * @param tests number of tests, ≥ 1
 * @returns z with P(Z ≥ z) = alpha / tests
 * @throws RangeError when a parameter is out of its domain
 * @see Bonferroni 1936
 */
export function deviateOf(alpha: number, tests: number): number {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must be in (0, 1); got ${alpha}`)
  if (!(tests >= 1)) throw new RangeError(`tests must be >= 1; got ${tests}`)
  return Math.max(0, -normalQuantile(alpha / tests, 0, 1))
}
