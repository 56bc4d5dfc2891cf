import { type ContingencyOptions, type ContingencyResult, MIN_EXPECTED_ROWS } from './chi-squared.ts'
import { poolBins } from './pool-bins.ts'
import { chiSquaredTail } from './tails.ts'

/**
 * G-test (likelihood ratio) that two histograms on the same bins count rows of one distribution.
 *
 * G = 2 Σ O ln(O/E), E = bin total × histogram total / all rows; p = P(χ²_{B−1} ≥ G), without continuity correction (as
 * SciPy's `chi2_contingency(correction=False, lambda_='log-likelihood')`). Empty and sparse bins as in `chiSquared`.
 *
 * @param reference rows per bin, length B ≥ 1, integers ≥ 0, sum ≥ 1
 * @param current   rows per bin, same length and domain
 * @param options   when a bin is sparse
 * @returns (0, 1) when one bin is left
 * @throws RangeError when a precondition above fails
 * @see Wilks 1938; Sokal & Rohlf 1994, Biometry, ch. 17
 */
export function gTest(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: ContingencyOptions = {},
): ContingencyResult {
  const bins = poolBins(reference, current, options.minExpected ?? MIN_EXPECTED_ROWS)
  const { rowsA, rowsB } = bins
  const shareA = rowsA / (rowsA + rowsB)
  let nats = 0
  for (let bin = 0; bin < bins.reference.length; bin++) {
    const [a, b] = [bins.reference[bin]!, bins.current[bin]!]
    const expectedA = (a + b) * shareA
    nats += excess(a, expectedA) + excess(b, a + b - expectedA)
  }
  const statistic = Math.max(0, 2 * nats)
  const degreesOfFreedom = bins.reference.length - 1
  return {
    statistic,
    pValue: chiSquaredTail(statistic, degreesOfFreedom),
    degreesOfFreedom,
    pooledBins: bins.pooledBins,
  }
}

/** O ln(O/E) − (O − E): never negative, so that nothing is lost where the terms of a bin nearly cancel; Σ(O − E) = 0. */
function excess(observed: number, expected: number): number {
  if (observed === 0) return expected
  return observed * Math.log(observed / expected) - (observed - expected)
}
