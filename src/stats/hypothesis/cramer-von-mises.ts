import { countRows, distinctValues, requireSharedBins } from '../two-samples.ts'
import { cramerVonMisesTail } from './cramer-von-mises-tail.ts'

export interface CramerVonMisesResult {
  /** ≥ 0. */
  readonly statistic: number
  /** In [0, 1]. */
  readonly pValue: number
}

/**
 * Two-sample Cramér–von Mises test on raw values.
 *
 * T = nm/N² Σ over all N values of (F_a − F_b)², where tied values take the mean of (F_a − F_b)² just before and just
 * after them. The p-value is that of the limit of T, moved and scaled to the mean and variance which T has for these
 * sizes and these ties. Without ties both numbers are SciPy's `cramervonmises_2samp(method='asymptotic')`. With ties
 * they differ on purpose: SciPy's mid-ranks add about Σ(tied share)³ · N(n − m)²/(12nm) to T, so that 200 v 1000 values
 * of one rounded normal distribution are rejected each time.
 *
 * Measured level at α = .05 and .01 from 5 v 95 and 20 v 20 to 1000 v 1000 rows, with and without ties and on ten bins:
 * 4.5–5.7 % and .6–1.3 %. Below 5 rows it is not known. Bins cost it no more than 2 points of power for a shift.
 *
 * @param a first sample, ≥ 1 values, ±∞ allowed, no NaN
 * @param b second sample, same domain
 * @returns (0, 1) when the shares of all values agree
 * @throws RangeError when a sample is empty or holds NaN
 * @see Anderson 1962; Conover 1999, Practical Nonparametric Statistics, ch. 6.3
 */
export function cramerVonMises(a: Float64Array, b: Float64Array): CramerVonMisesResult {
  const { reference, current } = distinctValues(a, b)
  return cramerVonMisesFromCounts(reference, current)
}

/**
 * Two-sample Cramér–von Mises test on two histograms over the same ordered bins; the rows of a bin count as tied.
 *
 * With hᵢ the share of all rows in bin i, Hₖ that up to edge k and wₖ = (hₖ + hₖ₊₁)/2: T = nm/N Σₖ wₖ (F_a − F_b)²,
 * whose null mean is N/(N − 1) Σ wₖHₖ(1 − Hₖ) and whose null variance, for many rows, is 2 ΣΣ wₖwₗ (min(Hₖ, Hₗ) −
 * HₖHₗ)²; for few rows it is multiplied by what the exact variance without ties is of this sum.
 *
 * @param reference rows per bin in the order of the values, length B ≥ 1, integers ≥ 0, sum ≥ 1
 * @param current   rows per bin, same length and domain
 * @returns as `cramerVonMises`; (0, 1) when one bin holds all rows
 * @throws RangeError when a precondition above fails
 * @see Anderson 1962; Choulakian, Lockhart & Stephens 1994 (the limit on bins)
 */
export function cramerVonMisesFromCounts(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): CramerVonMisesResult {
  requireSharedBins(reference, current)
  const [rowsA, rowsB] = [countRows(reference), countRows(current)]
  const edges = usedEdges(reference, current, rowsA, rowsB)
  const share = (rowsA / (rowsA + rowsB)) * rowsB
  let squares = 0
  for (let edge = 0; edge < edges.weight.length; edge++) squares += edges.weight[edge]! * edges.excess[edge]! ** 2
  const statistic = share * squares
  const { mean, variance } = nullMoments(edges, rowsA, rowsB)
  if (statistic === 0 || !(variance > 0)) return { statistic, pValue: 1 }
  // The limit has mean 1/6 and variance 1/45.
  return { statistic, pValue: cramerVonMisesTail(1 / 6 + (statistic - mean) / Math.sqrt(45 * variance)) }
}

/** The edges between bins that are not empty. */
interface Edges {
  /** Half the share of all rows in the bins on both sides of each edge. */
  readonly weight: Float64Array
  /** Share of all rows below each edge, in (0, 1). */
  readonly below: Float64Array
  /** F_a − F_b at each edge. */
  readonly excess: Float64Array
}

function usedEdges(reference: ArrayLike<number>, current: ArrayLike<number>, rowsA: number, rowsB: number): Edges {
  const rows = rowsA + rowsB
  const weight = new Float64Array(reference.length)
  const below = new Float64Array(reference.length)
  const excess = new Float64Array(reference.length)
  let [belowA, belowB, last, edges] = [0, 0, 0, 0]
  for (let bin = 0; bin < reference.length; bin++) {
    const together = reference[bin]! + current[bin]!
    if (together === 0) continue
    if (last > 0) {
      weight[edges] = (last + together) / (2 * rows)
      below[edges] = (belowA + belowB) / rows
      excess[edges] = belowA / rowsA - belowB / rowsB
      edges += 1
    }
    belowA += reference[bin]!
    belowB += current[bin]!
    last = together
  }
  return { weight: weight.subarray(0, edges), below: below.subarray(0, edges), excess: excess.subarray(0, edges) }
}

function nullMoments(edges: Edges, rowsA: number, rowsB: number): { mean: number; variance: number } {
  const rows = rowsA + rowsB
  let [mean, lower, sum] = [0, 0, 0]
  for (let edge = 0; edge < edges.weight.length; edge++) {
    const [weight, below] = [edges.weight[edge]!, edges.below[edge]!]
    mean += weight * below * (1 - below)
    const tail = weight * (1 - below) ** 2
    sum += weight * below ** 2 * tail + 2 * lower * tail
    lower += weight * below ** 2
  }
  // Without ties: the exact variance (Anderson 1962), and 2ΣΣ in closed form.
  const product = rowsA * rowsB
  const exact =
    ((rows + 1) * (4 * product * rows - 3 * (rowsA ** 2 + rowsB ** 2) - 2 * product)) / (180 * rows ** 2 * product)
  const limit = ((rows ** 2 - 1) * (2 * rows ** 2 + 7)) / (90 * rows ** 4)
  return { mean: (mean * rows) / (rows - 1), variance: (2 * sum * exact) / limit }
}
