import { countWeight, requireSharedBins } from '../two-samples.ts'

/**
 * Total variation distance between two histograms on the same bins: the share of rows that would have to change bin.
 *
 * TV = ½ Σ |pᵢ − qᵢ|, with p, q the bin shares. Between samples of one distribution it is not 0 but about
 * Σ √(pᵢ(1 − pᵢ)/(2π) · (1/n + 1/m)): a threshold has to know the rows.
 *
 * @param reference counts per bin, length B ≥ 1, each finite and ≥ 0, sum > 0
 * @param current   counts per bin, same length and domain
 * @returns a share in [0, 1]; 0 when the shares agree, 1 when no bin is used by both
 * @throws RangeError when a precondition above fails
 * @see Levin & Peres 2017, Markov Chains and Mixing Times, ch. 4
 */
export function totalVariation(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  requireSharedBins(reference, current)
  const [weightA, weightB] = [countWeight(reference), countWeight(current)]
  let sum = 0
  for (let bin = 0; bin < reference.length; bin++) {
    sum += Math.abs(reference[bin]! / weightA - current[bin]! / weightB)
  }
  return Math.min(1, sum / 2)
}
