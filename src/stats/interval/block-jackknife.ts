import studentQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { Interval } from '../../base/evidence.ts'
import { DEFAULT_LEVEL, requireLevel } from './level.ts'

/** Contiguous blocks that a jackknife leaves out one at a time: few enough to be long, enough for t to be near normal. */
export const JACKKNIFE_BLOCKS = 20

/**
 * Interval of any smooth estimate from its values with one block of rows left out at a time.
 *
 * θ̂ ± t_{K−1} · √((K − 1)/K · Σ(θ₍ₖ₎ − θ̄)²). Blocks of consecutive rows keep dependence between neighbours inside them.
 *
 * @param estimate     θ̂, from all rows, finite
 * @param leaveOneOut  θ₍ₖ₎, K ≥ 2 finite numbers: the estimate without block k
 * @param level        confidence, in (0, 1)
 * @returns interval around the estimate; width 0 only when no block matters
 * @throws RangeError when a precondition above fails
 * @see Tukey 1958; Künsch 1989, Ann. Statist. 17 (blocks)
 */
export function blockJackknife(
  estimate: number,
  leaveOneOut: ArrayLike<number>,
  level: number = DEFAULT_LEVEL,
): Interval {
  requireLevel(level)
  const blocks = leaveOneOut.length
  if (blocks < 2) throw new RangeError(`a jackknife needs at least 2 blocks; got ${blocks}`)
  let mean = 0
  for (let k = 0; k < blocks; k++) mean += (leaveOneOut[k]! - estimate) / blocks
  let squares = 0
  for (let k = 0; k < blocks; k++) squares += (leaveOneOut[k]! - estimate - mean) ** 2
  const half = -studentQuantile((1 - level) / 2, blocks - 1) * Math.sqrt(((blocks - 1) / blocks) * squares)
  if (!Number.isFinite(half) || !Number.isFinite(estimate)) throw new RangeError('estimates must be finite')
  return { low: estimate - half, high: estimate + half, level }
}

/** The block of row `row` when `rows` rows are cut into `blocks` runs of nearly equal length: 0 … blocks − 1. */
export function blockOf(row: number, rows: number, blocks: number): number {
  return Math.floor((row * blocks) / rows)
}
