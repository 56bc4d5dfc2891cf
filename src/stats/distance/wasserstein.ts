import { countWeight, distinctValues, requireFinite, requirePositions, requireSharedBins } from '../two-samples.ts'

/**
 * 1-Wasserstein (earth mover's) distance between two samples: how far, on average, a row must be moved to turn one into
 * the other.
 *
 * W = ∫ |F_a(x) − F_b(x)| dx (as SciPy's `wasserstein_distance`), O(n log n).
 *
 * @param a first sample, ≥ 1 finite values
 * @param b second sample, same domain
 * @returns distance ≥ 0 in the unit of the values; 0 exactly when both have the same shares of the same values
 * @throws RangeError when a precondition above fails
 * @see Vallender 1974; Ramdas, García Trillos & Cuturi 2017
 */
export function wasserstein(a: Float64Array, b: Float64Array): number {
  requireFinite(a)
  requireFinite(b)
  const { reference, current, positions } = distinctValues(a, b)
  return wassersteinFromCounts(reference, current, positions)
}

/**
 * 1-Wasserstein distance between two histograms whose rows all sit at their bin's position.
 *
 * W = Σ |F_a − F_b| · (position of the next bin − position of this one), F the share of rows up to the bin. Moving each
 * row to its bin's position changes W by at most the sum of the two samples' mean moves.
 *
 * @param reference counts per bin, length B ≥ 1, each finite and ≥ 0, sum > 0
 * @param current   counts per bin, same length and domain
 * @param positions one finite value per bin that stands for its rows, non-decreasing
 * @returns distance ≥ 0 in the unit of the positions
 * @throws RangeError when a precondition above fails
 * @see Vallender 1974
 */
export function wassersteinFromCounts(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  positions: ArrayLike<number>,
): number {
  requireSharedBins(reference, current)
  requirePositions(positions, reference.length)
  const [weightA, weightB] = [countWeight(reference), countWeight(current)]
  let [belowA, belowB, total] = [0, 0, 0]
  for (let bin = 0; bin < reference.length - 1; bin++) {
    belowA += reference[bin]!
    belowB += current[bin]!
    total += Math.abs(belowA / weightA - belowB / weightB) * (positions[bin + 1]! - positions[bin]!)
  }
  return total
}
