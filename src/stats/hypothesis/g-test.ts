import { type ContingencyOptions, type ContingencyResult, MIN_EXPECTED_ROWS } from './chi-squared.ts'
import { poolBins } from './pool-bins.ts'
import { chiSquaredTail } from './tails.ts'

export interface GTestOptions extends ContingencyOptions {
  /** Whether G is divided by Williams' factor, without which it alarms too often on few rows. Default true. */
  readonly isCorrected?: boolean
}

/**
 * G-test (likelihood ratio) that two histograms on the same bins count rows of one distribution.
 *
 * G = 2/q Σ O ln(O/E), E = bin total × histogram total / all rows; p = P(χ²_{B−1} ≥ G), without continuity correction.
 * q = 1 + (N/n + N/m − 1)(Σ N/(bin total) − 1)/(6N(B − 1)) is Williams'. Empty and sparse bins as in `chiSquared`.
 * Unpooled and uncorrected it is SciPy's `chi2_contingency(correction=False, lambda_='log-likelihood')`.
 *
 * Measured level at α = .05 and .01 from 20 v 20 rows on, on ten bins and on fifty rare categories: 4.5–6.2 and
 * .7–1.4 %. SciPy's has 12 and 2.7 % on ten bins at 20 v 20, 27 and 4.7 % on the fifty categories at 50 v 50.
 *
 * @param reference rows per bin, length B ≥ 1, integers ≥ 0, sum ≥ 1
 * @param current   rows per bin, same length and domain
 * @param options   when a bin is sparse, and whether G is corrected
 * @returns (0, 1) when one bin is left
 * @throws RangeError when a precondition above fails
 * @see Wilks 1938; Williams 1976; Sokal & Rohlf 1994, Biometry, ch. 17
 */
export function gTest(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: GTestOptions = {},
): ContingencyResult {
  const bins = poolBins(reference, current, options.minExpected ?? MIN_EXPECTED_ROWS)
  const { rowsA, rowsB } = bins
  const shareA = rowsA / (rowsA + rowsB)
  let [nats, inverse] = [0, 0]
  for (let bin = 0; bin < bins.reference.length; bin++) {
    const [a, b] = [bins.reference[bin]!, bins.current[bin]!]
    const expectedA = (a + b) * shareA
    inverse += (rowsA + rowsB) / (a + b)
    nats += excess(a, expectedA) + excess(b, a + b - expectedA)
  }
  const degreesOfFreedom = bins.reference.length - 1
  const rows = rowsA + rowsB
  const williams =
    degreesOfFreedom > 0 && (options.isCorrected ?? true)
      ? 1 + ((rows / rowsA + rows / rowsB - 1) * (inverse - 1)) / (6 * rows * degreesOfFreedom)
      : 1
  const statistic = Math.max(0, (2 * nats) / williams)
  return {
    statistic,
    pValue: chiSquaredTail(statistic, degreesOfFreedom),
    degreesOfFreedom,
    pooledBins: bins.pooledBins,
  }
}

/**
 * O ln(O/E) − (O − E): never negative, so that nothing is lost where the terms of a bin nearly cancel; Σ(O − E) = 0.
 */
function excess(observed: number, expected: number): number {
  if (observed === 0) return expected
  return observed * Math.log(observed / expected) - (observed - expected)
}
