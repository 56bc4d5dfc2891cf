import { countWeight, requireSharedBins } from '../two-samples.ts'

/**
 * Jensen–Shannon distance between two histograms on the same bins.
 *
 * JS = √(½ Σ (pᵢ log₂(pᵢ/mᵢ) + qᵢ log₂(qᵢ/mᵢ))), m = (p + q)/2, with p, q the bin shares: the root of the divergence in
 * bits (as SciPy's `jensenshannon(base=2)`), which makes it a metric. Empty bins need no smoothing. Between samples of
 * one distribution JS² is about (B − 1)(1/n + 1/m)/(8 ln 2).
 *
 * @param reference counts per bin, length B ≥ 1, each finite and ≥ 0, sum > 0
 * @param current   counts per bin, same length and domain
 * @returns distance in [0, 1]; 0 when the shares agree, 1 when no bin is used by both
 * @throws RangeError when a precondition above fails
 * @see Lin 1991; Endres & Schindelin 2003
 */
export function jensenShannon(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  requireSharedBins(reference, current)
  const [weightA, weightB] = [countWeight(reference), countWeight(current)]
  let nats = 0
  for (let bin = 0; bin < reference.length; bin++) {
    nats += binDivergence(reference[bin]! / weightA, current[bin]! / weightB)
  }
  return Math.min(1, Math.sqrt(nats / (2 * Math.LN2)))
}

/** p ln(2p/(p+q)) + q ln(2q/(p+q)), which is never negative; in nats. */
function binDivergence(p: number, q: number): number {
  // 0/0 in a bin that is empty in both: no term reads it.
  const lean = (p - q) / (p + q)
  const ofP = p > 0 ? p * Math.log1p(lean) : 0
  const ofQ = q > 0 ? q * Math.log1p(-lean) : 0
  return Math.max(0, ofP + ofQ)
}
