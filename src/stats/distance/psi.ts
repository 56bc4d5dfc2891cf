import { countWeight, requireSharedBins } from '../two-samples.ts'

/**
 * Population stability index between two histograms on the same bins.
 *
 * PSI = Σ (qᵢ − pᵢ) · ln(qᵢ / pᵢ), with p, q the bin shares after adding `smoothing` counts to each bin.
 *
 * @param reference counts per bin, length B ≥ 1, each finite and ≥ 0, sum > 0
 * @param current   counts per bin, same length and domain
 * @param smoothing pseudo-count added to every bin, finite, > 0 (an empty bin would make the sum infinite)
 * @returns PSI in nats, ≥ 0; 0 exactly when the smoothed shares agree
 * @throws RangeError when a precondition above fails
 * @see Kullback & Leibler 1951 (symmetrised divergence J); Siddiqi 2006, Credit Risk Scorecards, ch. 8
 */
export function psi(reference: ArrayLike<number>, current: ArrayLike<number>, smoothing: number): number {
  requireSharedBins(reference, current)
  if (!(smoothing > 0 && smoothing < Infinity)) throw new RangeError(`smoothing must be > 0; got ${smoothing}`)
  const p = shares(reference, smoothing)
  const q = shares(current, smoothing)
  let total = 0
  for (let i = 0; i < p.length; i++) total += (q[i]! - p[i]!) * Math.log(q[i]! / p[i]!)
  return total
}

function shares(counts: ArrayLike<number>, smoothing: number): Float64Array {
  const total = countWeight(counts) + smoothing * counts.length
  return Float64Array.from(counts, (count) => (count + smoothing) / total)
}
