import { countWeight, requireSharedBins } from '../two-samples.ts'

/**
 * Hellinger distance between two histograms on the same bins.
 *
 * H = √(½ Σ (√pᵢ − √qᵢ)²), with p, q the bin shares. It equals √(1 − Σ √(pᵢqᵢ)), but keeps its digits when p ≈ q. Empty
 * bins need no smoothing. Between samples of one distribution H² is about (B − 1)(1/n + 1/m)/8.
 *
 * @param reference counts per bin, length B ≥ 1, each finite and ≥ 0, sum > 0
 * @param current   counts per bin, same length and domain
 * @returns distance in [0, 1]; 0 when the shares agree, 1 when no bin is used by both
 * @throws RangeError when a precondition above fails
 * @see Hellinger 1909; Le Cam & Yang 2000, Asymptotics in Statistics, ch. 3
 */
export function hellinger(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  requireSharedBins(reference, current)
  const [weightA, weightB] = [countWeight(reference), countWeight(current)]
  let sum = 0
  for (let bin = 0; bin < reference.length; bin++) {
    sum += (Math.sqrt(reference[bin]! / weightA) - Math.sqrt(current[bin]! / weightB)) ** 2
  }
  return Math.min(1, Math.sqrt(sum / 2))
}
