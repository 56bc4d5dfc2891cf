import type { Interval } from '../../base/evidence.ts'
import { DEFAULT_LEVEL } from './level.ts'
import { wilson } from './wilson.ts'

/** Successes out of n rows. `n` 0 counts as the share 0, known exactly. */
export interface CountedShare {
  readonly successes: number
  readonly n: number
}

/**
 * Mean of independent shares with its interval, recovered from the Wilson limits of each.
 *
 * θ = Σ pₖ/K; low = θ − √Σ((pₖ − lₖ)/K)², high = θ + √Σ((uₖ − pₖ)/K)². Keeps Wilson's good behaviour at 0 and 1, where
 * summed binomial variances vanish; for one share it is Wilson's interval.
 *
 * @param shares K ≥ 1 shares of disjoint rows
 * @param level  confidence, in (0, 1)
 * @returns mean in [0, 1] and interval inside [0, 1]
 * @throws RangeError when there is no share or a count is out of range
 * @see Zou & Donner 2008, Statist. Med. 27 (MOVER); Newcombe 1998
 */
export function meanOfShares(
  shares: readonly CountedShare[],
  level: number = DEFAULT_LEVEL,
): { value: number; interval: Interval } {
  if (shares.length === 0) throw new RangeError('a mean of shares needs at least one share')
  let sum = 0
  let below = 0
  let above = 0
  for (const { successes, n } of shares) {
    if (n === 0) continue
    const { low, high } = wilson(successes, n, level)
    sum += successes / n
    below += (successes / n - low) ** 2
    above += (high - successes / n) ** 2
  }
  const value = sum / shares.length
  const low = Math.max(0, value - Math.sqrt(below) / shares.length)
  const high = Math.min(1, value + Math.sqrt(above) / shares.length)
  return { value, interval: { low, high, level } }
}
