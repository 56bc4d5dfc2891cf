import { countWeight, distinctValues, requireFinite, requirePositions, requireSharedBins } from '../two-samples.ts'

/**
 * Energy distance between two samples.
 *
 * E = √(2 E|X − Y| − E|X − X′| − E|Y − Y′|) = √(2 ∫ (F_a(x) − F_b(x))² dx), the root as in SciPy's `energy_distance`;
 * Székely's energy statistic is its square. By the integral it costs O(n log n), not n².
 *
 * @param a first sample, ≥ 1 finite values
 * @param b second sample, same domain
 * @returns distance ≥ 0 in the square root of the values' unit; 0 exactly when both have the same shares of the same values
 * @throws RangeError when a precondition above fails
 * @see Székely & Rizzo 2013; Cramér 1928
 */
export function energyDistance(a: Float64Array, b: Float64Array): number {
  requireFinite(a)
  requireFinite(b)
  const { reference, current, positions } = distinctValues(a, b)
  return energyFromCounts(reference, current, positions)
}

/**
 * Energy distance between two histograms whose rows all sit at their bin's position.
 *
 * E = √(2 Σ (F_a − F_b)² · (position of the next bin − position of this one)), F the share of rows up to the bin.
 *
 * @param reference counts per bin, length B ≥ 1, each finite and ≥ 0, sum > 0
 * @param current   counts per bin, same length and domain
 * @param positions one finite value per bin that stands for its rows, non-decreasing
 * @returns distance ≥ 0 in the square root of the positions' unit
 * @throws RangeError when a precondition above fails
 * @see Székely & Rizzo 2013
 */
export function energyFromCounts(
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
    total += (belowA / weightA - belowB / weightB) ** 2 * (positions[bin + 1]! - positions[bin]!)
  }
  return Math.sqrt(2 * total)
}
