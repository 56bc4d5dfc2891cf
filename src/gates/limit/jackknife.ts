import type { Interval } from '../../base/evidence.ts'
import { blockJackknife, blockOf, JACKKNIFE_BLOCKS } from '../../stats/interval/block-jackknife.ts'

/** An estimate with its interval. */
export interface Estimated {
  readonly observed: number
  readonly interval: Interval
}

/**
 * An estimate from rows in time order, with the interval that leaving out each of 20 blocks of consecutive rows gives.
 *
 * @param rows     their number, n
 * @param estimate of the rows at an increasing index; null where it cannot be computed from them
 * @param level    confidence of the two-sided interval, in (0, 1)
 * @returns null where n < 20, or the estimate cannot be computed without some block
 * @see Künsch 1989, Ann. Statist. 17
 */
export function jackknifed(
  rows: number,
  estimate: (index: Int32Array) => number | null,
  level: number,
): Estimated | null {
  if (rows < JACKKNIFE_BLOCKS) return null
  const all = Int32Array.from({ length: rows }, (_, row) => row)
  const observed = estimate(all)
  if (observed === null) return null
  const leaveOneOut: number[] = []
  for (let block = 0; block < JACKKNIFE_BLOCKS; block++) {
    const part = estimate(all.filter((row) => blockOf(row, rows, JACKKNIFE_BLOCKS) !== block))
    if (part === null) return null
    leaveOneOut.push(part)
  }
  return { observed, interval: blockJackknife(observed, leaveOneOut, level) }
}

/** The same interval for the size of the estimate, |θ|, in place of θ. */
export function sizeOf({ observed, interval }: Estimated): Estimated {
  const { low, high, level } = interval
  const ends = [Math.abs(low), Math.abs(high)]
  const holdsZero = low <= 0 && high >= 0
  return {
    observed: Math.abs(observed),
    interval: { low: holdsZero ? 0 : Math.min(...ends), high: Math.max(...ends), level },
  }
}
