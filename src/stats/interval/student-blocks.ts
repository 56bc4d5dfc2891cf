import studentQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { Interval } from '../../base/evidence.ts'
import { DEFAULT_LEVEL, requireLevel } from './level.ts'

export interface BlockMean {
  /** Mean of the block means, in their unit. */
  readonly mean: number
  /** Standard error of that mean, ≥ 0. */
  readonly standardError: number
  /** K, the number of blocks: the n of this estimate. */
  readonly blocks: number
  /** Two-sided. */
  readonly interval: Interval
}

/**
 * Mean of K block means with Student's t: blocks, not rows, are the independent unit.
 *
 * x̄ ± t_{K−1} · s/√K, s² = Σ(xₖ − x̄)²/(K − 1). Either end alone is a one-sided bound at confidence (1 + level)/2.
 *
 * @param blockMeans K ≥ 2 finite numbers, one a block; blocks should be of similar size
 * @param level      confidence of the two-sided interval, in (0, 1)
 * @returns mean, standard error and interval; an interval of width 0 only when all block means are equal
 * @throws RangeError when a precondition above fails
 * @see Student 1908, Biometrika 6; Law & Carson 1979 (batch means)
 */
export function studentBlocks(blockMeans: ArrayLike<number>, level: number = DEFAULT_LEVEL): BlockMean {
  requireLevel(level)
  const { mean, standardError, blocks } = meanOfBlocks(blockMeans)
  const half = -studentQuantile((1 - level) / 2, blocks - 1) * standardError
  return { mean, standardError, blocks, interval: { low: mean - half, high: mean + half, level } }
}

function meanOfBlocks(blockMeans: ArrayLike<number>) {
  const blocks = blockMeans.length
  if (blocks < 2) throw new RangeError(`a mean of block means needs at least 2 blocks; got ${blocks}`)
  // Welford 1962: no loss of digits where the means are large and their spread is small.
  let mean = 0
  let squares = 0
  for (let k = 0; k < blocks; k++) {
    const x = blockMeans[k]!
    if (!Number.isFinite(x)) throw new RangeError(`block means must be finite; block ${k} is ${x}`)
    const step = x - mean
    mean += step / (k + 1)
    squares += step * (x - mean)
  }
  return { mean, standardError: Math.sqrt(squares / (blocks - 1) / blocks), blocks }
}
