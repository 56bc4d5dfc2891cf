import { studentTails } from './tails.ts'

/** What a mean test needs of a sample; a profile's moments fit. */
export interface SampleMoments {
  /** Rows, integer ≥ 2. */
  readonly count: number
  readonly mean: number
  /** Sum of squared deviations from the mean, ≥ 0. */
  readonly m2: number
}

export interface WelchResult {
  /** Standard errors by which the first mean exceeds the second; ±∞ for two different constants. */
  readonly statistic: number
  /** Two-sided, in [0, 1]. */
  readonly pValue: number
  /** Welch–Satterthwaite, > 0; not an integer. */
  readonly degreesOfFreedom: number
}

/**
 * Welch's test that two means are equal, whatever the two variances.
 *
 * t = (x̄ − ȳ)/√(s²ₐ/n + s²_b/m), s² = m2/(count − 1); degrees of freedom by Welch and Satterthwaite (as SciPy's
 * `ttest_ind(equal_var=False)`). It needs no rows, only mergeable moments.
 *
 * Measured level at α = .05 and .01 on normal values: 5.9 and 1.8 % at 5 v 95 rows, 5.1–5.2 and .8–1.1 % from 20 v 20
 * on. On exponential values it is 12 and 6.7 % at 5 v 95: few skewed rows against many are not for this test. 4.3 and
 * .6 % at 20 v 20, 5.9 and 1.8 % at 200 v 1000.
 *
 * @param reference moments of the first sample, count ≥ 2, all finite
 * @param current   moments of the second sample, same domain
 * @returns (0, 1) for two equal constants, (±∞, 0) for two different ones
 * @throws RangeError when a precondition above fails
 * @see Welch 1947; Satterthwaite 1946
 */
export function welch(reference: SampleMoments, current: SampleMoments): WelchResult {
  const errorA = squaredError(reference)
  const errorB = squaredError(current)
  const difference = reference.mean - current.mean
  const error = errorA + errorB
  if (error === 0) {
    const degreesOfFreedom = reference.count + current.count - 2
    if (difference === 0) return { statistic: 0, pValue: 1, degreesOfFreedom }
    return { statistic: Math.sign(difference) * Infinity, pValue: 0, degreesOfFreedom }
  }
  const [shareA, shareB] = [errorA / error, errorB / error]
  const degreesOfFreedom = 1 / (shareA ** 2 / (reference.count - 1) + shareB ** 2 / (current.count - 1))
  const statistic = difference / Math.sqrt(error)
  return { statistic, pValue: studentTails(statistic, degreesOfFreedom), degreesOfFreedom }
}

/** Squared standard error of the mean. */
function squaredError({ count, mean, m2 }: SampleMoments): number {
  if (!Number.isInteger(count) || count < 2) throw new RangeError(`count must be an integer >= 2; got ${count}`)
  if (!Number.isFinite(mean)) throw new RangeError(`mean must be finite; got ${mean}`)
  if (!(m2 >= 0 && m2 < Infinity)) throw new RangeError(`m2 must be finite and >= 0; got ${m2}`)
  return m2 / (count - 1) / count
}
