import type { Interval } from '../../base/evidence.ts'
import { DEFAULT_LEVEL, normalDeviate } from './level.ts'

/**
 * Interval of a share from counted successes (Wilson's score interval).
 *
 * (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n), p = successes/n. Never empty, never outside [0, 1], and wider than
 * zero also at 0 or n successes. Assumes independent rows.
 *
 * @param successes rows, in [0, n]
 * @param n         rows, > 0
 * @param level     confidence, in (0, 1)
 * @returns interval inside [0, 1] that holds successes/n
 * @throws RangeError when a precondition above fails
 * @see Wilson 1927, J. Amer. Statist. Assoc. 22
 */
export function wilson(successes: number, n: number, level: number = DEFAULT_LEVEL): Interval {
  return { ...wilsonBounds(successes, n, normalDeviate(level)), level }
}

/**
 * Wilson's interval at z standard errors, for rules that are set in those.
 *
 * @param z normal deviate, ≥ 0; other parameters as in `wilson`
 * @returns bounds inside [0, 1] around successes/n
 * @throws RangeError when a count is out of range
 */
export function wilsonBounds(successes: number, n: number, z: number): Pick<Interval, 'low' | 'high'> {
  if (!(n > 0 && n < Infinity)) throw new RangeError(`n must be > 0 rows; got ${n}`)
  if (!(successes >= 0 && successes <= n)) throw new RangeError(`successes must be in [0, ${n}]; got ${successes}`)
  const share = successes / n
  const shrink = 1 + (z * z) / n
  const centre = (share + (z * z) / (2 * n)) / shrink
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  // At the ends the bound is exact; rounding must not move it off 0 or 1.
  const low = successes === 0 ? 0 : Math.min(share, Math.max(0, centre - half))
  const high = successes === n ? 1 : Math.max(share, Math.min(1, centre + half))
  return { low, high }
}
