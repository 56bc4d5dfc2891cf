import { countWeight, requireSharedBins } from '../two-samples.ts'

/** How two histograms over the same ordered bins differ, seen from their distribution functions F and G at the edges. */
export interface CumulativeDistances {
  /** Kolmogorov–Smirnov's D = max |F − G|: a share in [0, 1]. */
  readonly largest: number
  /** Kuiper's V = max(F − G) + max(G − F): a share in [0, 1]. */
  readonly bothSides: number
  /** Cramér–von Mises as an effect: Σ w(F − G)², w the mean share of both samples' rows beside the edge. In [0, 1]. */
  readonly squared: number
}

/**
 * The statistics of three two-sample tests without their p-values, for where another null decides: one pass, no tails.
 *
 * D and V as in `ksFromCounts` and `kuiperFromCounts`. `squared` weighs both samples alike, whatever their rows, so that a
 * reference of millions of rows does not hide where the few new ones lie; `cramerVonMisesFromCounts` weighs rows.
 *
 * @param reference counts per bin, length B ≥ 1, each finite and ≥ 0, sum > 0
 * @param current   counts per bin, same length and domain
 * @returns three numbers, each 0 when the shares agree
 * @throws RangeError when a precondition above fails
 * @see Smirnov 1948; Kuiper 1960; Anderson 1962
 */
export function cumulativeDistances(reference: ArrayLike<number>, current: ArrayLike<number>): CumulativeDistances {
  requireSharedBins(reference, current)
  const [weightA, weightB] = [countWeight(reference), countWeight(current)]
  let [below, above, under, squared, shareBefore] = [0, 0, 0, 0, 0]
  for (let bin = 0; bin < reference.length; bin++) {
    const shareA = reference[bin]! / weightA
    const shareB = current[bin]! / weightB
    const share = (shareA + shareB) / 2
    // `below` is F − G at the edge between the bin before and this one. An empty bin splits an edge's weight in two.
    squared += ((shareBefore + share) / 2) * below * below
    shareBefore = share
    below += shareA - shareB
    above = Math.max(above, below)
    under = Math.max(under, -below)
  }
  return { largest: Math.min(1, Math.max(above, under)), bothSides: Math.min(1, above + under), squared }
}
