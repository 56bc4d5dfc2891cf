import type { Interval } from '../../base/evidence.ts'
import { DEFAULT_LEVEL } from './level.ts'
import type { CountedShare } from './mover.ts'
import { wilson } from './wilson.ts'

/**
 * Difference of two independent shares with its hybrid score interval.
 *
 * d = p_a − p_b; d − √((p_a − l_a)² + (u_b − p_b)²) … d + √((u_a − p_a)² + (p_b − l_b)²) with Wilson's limits l, u of each.
 * Never outside [−1, 1], never of width 0, also where both shares are 0 or 1.
 *
 * @param a     successes of n rows, n > 0
 * @param b     the same, of other rows
 * @param level confidence, in (0, 1)
 * @returns p_a − p_b in [−1, 1] and the interval that holds it
 * @throws RangeError when a count is out of range
 * @see Newcombe 1998, Statist. Med. 17 (method 10)
 */
export function newcombe(
  a: CountedShare,
  b: CountedShare,
  level: number = DEFAULT_LEVEL,
): { value: number; interval: Interval } {
  const ofA = wilson(a.successes, a.n, level)
  const ofB = wilson(b.successes, b.n, level)
  const shareA = a.successes / a.n
  const shareB = b.successes / b.n
  const value = shareA - shareB
  const low = Math.max(-1, value - Math.hypot(shareA - ofA.low, ofB.high - shareB))
  const high = Math.min(1, value + Math.hypot(ofA.high - shareA, shareB - ofB.low))
  return { value, interval: { low, high, level } }
}
