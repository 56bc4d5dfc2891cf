import { poolBins } from './pool-bins.ts'
import { chiSquaredTail } from './tails.ts'

/** Below this many expected rows a bin is pooled (Cochran 1954). */
export const MIN_EXPECTED_ROWS = 5

export interface ContingencyOptions {
  /**
   * Expected rows, in either sample, below which a bin is pooled with others; 0 pools nothing (as SciPy). Default 5.
   */
  readonly minExpected?: number
}

export interface ContingencyResult {
  /** ≥ 0. */
  readonly statistic: number
  /** In [0, 1]. */
  readonly pValue: number
  /** Bins left − 1; 0 when there is nothing to compare, and then the p-value is 1. */
  readonly degreesOfFreedom: number
  /** Bins that were pooled with others. */
  readonly pooledBins: number
}

/**
 * Pearson's χ² test that two histograms on the same bins count rows of one distribution.
 *
 * X² = Σ (O − E)²/E over both histograms and all bins, E = bin total × histogram total / all rows; p = P(χ²_{B−1} ≥
 * X²), without continuity correction (as SciPy's `chi2_contingency(correction=False)`). Bins that are empty in both are
 * dropped. Sparse bins are pooled (`poolBins`), on purpose unlike SciPy, whose p-values on sparse bins mean little.
 *
 * Measured level at α = .05 and .01 from 20 v 20 rows on, on ten bins and on fifty rare categories: 4.0–6.2 and
 * .4–1.3 %. At 5 v 95 rows pooling leaves one bin, so it never alarms. `minExpected: 1` has 3.5–3.8 and .8–.9 % there;
 * `minExpected: 0` has 17 and 8.2 % at 5 v 95, .2 and 0 % at 20 v 20 on the fifty categories.
 *
 * @param reference rows per bin, length B ≥ 1, integers ≥ 0, sum ≥ 1
 * @param current   rows per bin, same length and domain
 * @param options   when a bin is sparse
 * @returns (0, 1) when one bin is left
 * @throws RangeError when a precondition above fails
 * @see Pearson 1900; Fisher 1922; Cochran 1954
 */
export function chiSquared(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: ContingencyOptions = {},
): ContingencyResult {
  const bins = poolBins(reference, current, options.minExpected ?? MIN_EXPECTED_ROWS)
  const { rowsA, rowsB } = bins
  let sum = 0
  for (let bin = 0; bin < bins.reference.length; bin++) {
    const [a, b] = [bins.reference[bin]!, bins.current[bin]!]
    // With two rows to the table the four terms of a bin and its complement shorten to this one.
    sum += (a * rowsB - b * rowsA) ** 2 / (a + b)
  }
  const statistic = sum / (rowsA * rowsB)
  const degreesOfFreedom = bins.reference.length - 1
  return {
    statistic,
    pValue: chiSquaredTail(statistic, degreesOfFreedom),
    degreesOfFreedom,
    pooledBins: bins.pooledBins,
  }
}
