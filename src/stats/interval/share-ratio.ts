import type { Interval } from '../../base/evidence.ts'
import { DEFAULT_LEVEL } from './level.ts'
import type { CountedShare } from './mover.ts'
import { wilson } from './wilson.ts'

/**
 * Interval of the ratio of two independent shares, a / b.
 *
 * The ratios ρ for which the interval of a − ρ·b by Wilson's limits holds 0:
 * low = C/(B + √(B² − A·C)) with A = u_b(2b − u_b), B = ab, C = lₐ(2a − lₐ); high = (B + √(B² − A·C))/A with
 * A = l_b(2b − l_b), C = uₐ(2a − uₐ).
 *
 * @param a     successes out of n > 0 rows
 * @param b     of other rows, n > 0
 * @param level confidence, in (0, 1)
 * @returns the ratio, 1 where both shares are 0, and its interval in [0, ∞]; the upper end is ∞ where b may be 0
 * @throws RangeError when a count is out of range
 * @see Donner & Zou 2012, Statist. Methods Med. Res. 21 (MOVER-R)
 */
export function shareRatio(
  a: CountedShare,
  b: CountedShare,
  level: number = DEFAULT_LEVEL,
): { value: number; interval: Interval } {
  const [shareA, ofA] = [a.successes / a.n, wilson(a.successes, a.n, level)]
  const [shareB, ofB] = [b.successes / b.n, wilson(b.successes, b.n, level)]
  const value = shareA === shareB ? 1 : shareA / shareB
  const product = shareA * shareB
  const root = (first: number, last: number) => product + Math.sqrt(Math.max(0, product * product - first * last))
  const below = ofA.low * (2 * shareA - ofA.low)
  const bottom = root(ofB.high * (2 * shareB - ofB.high), below)
  const above = ofB.low * (2 * shareB - ofB.low)
  const low = below <= 0 || bottom === 0 ? 0 : below / bottom
  const high = above <= 0 ? Infinity : root(above, ofA.high * (2 * shareA - ofA.high)) / above
  return { value, interval: { low: Math.min(low, value), high: Math.max(high, value), level } }
}
