import studentQuantile from '@stdlib/stats-base-dists-t-quantile'

/** Means of consecutive blocks of nearly equal length. */
export interface Blocks {
  readonly means: readonly number[]
  /** Rows of the shortest block. */
  readonly rows: number
  /** Correlation of neighbouring block means, in [−1, 1]; 0 where they do not vary. */
  readonly autocorrelation: number
}

/**
 * Neighbouring blocks that agree more than this are not independent enough to be counted. Where they disagree, the
 * interval is only wider than it need be, and with few blocks a large negative r₁ is mostly chance.
 */
const MAX_AUTOCORRELATION = 0.2
const LENGTH_STEP = Math.SQRT2
const MAX_BLOCKS_NAMED = 100_000

/**
 * Cuts a series at the shortest block length, from `minRows` on in steps of √2, whose means show r₁ < .2.
 *
 * @param series    one number a row in time order, finite
 * @param minRows   rows of the shortest block, ≥ 1
 * @param minBlocks blocks that must remain, ≥ 2
 * @returns the blocks; null where at every length neighbours hang together, or too few rows are there for any
 * @see docs/deciding.md §4; Law & Carson 1979 (batch means)
 */
export function independentBlocks(series: Float64Array, minRows: number, minBlocks: number): Blocks | null {
  for (let length = minRows; ; length *= LENGTH_STEP) {
    const count = Math.floor(series.length / Math.ceil(length))
    if (count < minBlocks) return null
    const blocks = cut(series, count)
    if (blocks.autocorrelation < MAX_AUTOCORRELATION) return blocks
  }
}

/** Cuts a series into `count` blocks whose lengths differ by one row at most; 1 ≤ count ≤ rows. */
export function cut(series: Float64Array, count: number): Blocks {
  const means: number[] = []
  for (let k = 0; k < count; k++) {
    const from = Math.floor((k * series.length) / count)
    const to = Math.floor(((k + 1) * series.length) / count)
    let sum = 0
    for (let row = from; row < to; row++) sum += series[row] as number
    means.push(sum / (to - from))
  }
  return { means, rows: Math.floor(series.length / count), autocorrelation: lagOne(means) }
}

/** r₁ = Σ (xₖ − x̄)(xₖ₊₁ − x̄) / Σ (xₖ − x̄)². */
function lagOne(means: readonly number[]): number {
  const centre = means.reduce((sum, x) => sum + x, 0) / means.length
  let together = 0
  let squares = 0
  for (const [k, x] of means.entries()) {
    const next = means[k + 1]
    squares += (x - centre) ** 2
    if (next !== undefined) together += (x - centre) * (next - centre)
  }
  return squares === 0 ? 0 : together / squares
}

/**
 * How many blocks it takes for a one-sided bound to clear a line, if the mean and the spread stay as they are.
 *
 * Smallest K with t_{K−1} · s/√K < distance.
 *
 * @param spread     standard deviation of the block means, ≥ 0
 * @param distance   of the mean from the line, in the same unit
 * @param confidence one-sided, in (½, 1)
 * @returns K ≥ 2; null where it is more than 100,000 or the mean lies on the wrong side (distance ≤ 0)
 */
export function blocksToClear(spread: number, distance: number, confidence: number): number | null {
  if (!(distance > 0)) return null
  const isEnough = (blocks: number) =>
    (-studentQuantile(1 - confidence, blocks - 1) * spread) / Math.sqrt(blocks) < distance
  if (!isEnough(MAX_BLOCKS_NAMED)) return null
  let low = 2
  let high = MAX_BLOCKS_NAMED
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isEnough(middle)) high = middle
    else low = middle + 1
  }
  return low
}
