import { countRows, distinctValues, requireSharedBins } from '../two-samples.ts'
import { normalTails } from './tails.ts'

export interface MannWhitneyResult {
  /** U of the current sample: pairs in which its value is the larger, equal ones counted a half; 0 … n·m. */
  readonly statistic: number
  /** Two-sided, in [0, 1]. */
  readonly pValue: number
  /** P(current > reference) + ½ P(current = reference), in [0, 1]; ½ when neither tends to be larger. */
  readonly superiority: number
  /** Standard error of `superiority` when neither tends to be larger; 0 when all values are equal. */
  readonly error: number
}

/**
 * Mann–Whitney U test (Wilcoxon's rank sum) that neither sample tends to be larger.
 *
 * z = (max(U, nm − U) − nm/2 − ½)/σ, σ² = nm/12 · (N + 1 − Σ(t³ − t)/(N(N − 1))) over ties of t values, p = 2 P(Z ≥ z),
 * cut at 1: SciPy's `mannwhitneyu(current, reference, method='asymptotic')` with its default, the continuity correction
 * of ½. It hears a shift; two distributions of one median and other spreads are not its business.
 *
 * Measured level at α = .05 and .01 from 5 v 95 and 20 v 20 to 1000 v 1000 rows, with and without ties and on ten bins:
 * 4.3–5.7 % and .4–1.1 %. Below 5 rows it can only be silent or nearly so (its smallest p-value at 3 v 3 is .08).
 *
 * @param reference first sample, ≥ 1 values, ±∞ allowed, no NaN
 * @param current   second sample, same domain
 * @returns p = 1 when all values are equal
 * @throws RangeError when a sample is empty or holds NaN
 * @see Mann & Whitney 1947; Lehmann 1975, Nonparametrics, ch. 1
 */
export function mannWhitney(reference: Float64Array, current: Float64Array): MannWhitneyResult {
  const distinct = distinctValues(reference, current)
  return mannWhitneyFromCounts(distinct.reference, distinct.current)
}

/**
 * Mann–Whitney U test on two histograms over the same ordered bins; the rows of a bin count as tied.
 *
 * @param reference rows per bin in the order of the values, length B ≥ 1, integers ≥ 0, sum ≥ 1
 * @param current   rows per bin, same length and domain
 * @returns as `mannWhitney`; p = 1 when one bin holds all rows
 * @throws RangeError when a precondition above fails
 * @see Mann & Whitney 1947
 */
export function mannWhitneyFromCounts(reference: ArrayLike<number>, current: ArrayLike<number>): MannWhitneyResult {
  requireSharedBins(reference, current)
  const [rowsA, rowsB] = [countRows(reference), countRows(current)]
  const rows = rowsA + rowsB
  let [below, statistic, tied] = [0, 0, 0]
  for (let bin = 0; bin < reference.length; bin++) {
    const together = reference[bin]! + current[bin]!
    if (together === 0) continue
    statistic += current[bin]! * (below + reference[bin]! / 2)
    below += reference[bin]!
    // Σ (t³ − t)/(N³ − N), in shares: cubes of 10⁹ rows leave no digits.
    tied += (together / rows) * ((together - 1) / (rows - 1)) * ((together + 1) / (rows + 1))
  }
  const pairs = rowsA * rowsB
  const superiority = statistic / pairs
  const spread = Math.sqrt(((pairs * (rows + 1)) / 12) * (1 - tied))
  const excess = Math.abs(statistic - pairs / 2) - 0.5
  return { statistic, pValue: excess <= 0 ? 1 : normalTails(excess / spread), superiority, error: spread / pairs }
}
