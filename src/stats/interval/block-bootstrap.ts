import type { Interval } from '../../base/evidence.ts'
import type { Rng } from '../../base/rng.ts'
import { DEFAULT_LEVEL, requireLevel } from './level.ts'

export interface BlockBootstrapOptions {
  /** n ≥ 2: rows in time order; they are drawn by their index. */
  readonly rows: number
  /** Rows a block, in [1, n]: long enough that rows of two blocks hardly depend on one another. */
  readonly blockRows: number
  /** Samples drawn, ≥ 39. Default 999. */
  readonly samples?: number
  /** Confidence, in (0, 1). Default .95. */
  readonly level?: number
}

/**
 * Interval of any statistic of rows that depend on their neighbours, by drawing whole blocks of them.
 *
 * A sample is ⌈n/b⌉ blocks of b consecutive rows, each starting anywhere (the end is joined to the start), cut at n
 * rows. The interval lies between the ⌊(S + 1)(1 − level)/2⌋-th smallest and largest of the statistic's S values; where
 * these do not hold the statistic itself (a biased one), it is widened to. Samples on which the statistic is not finite
 * (one class only) are left out.
 *
 * Coverage of 95 % intervals of the mean of 400 rows under AR(1), measured: φ = 0 and .5 in blocks of 20: 93 and 92 %;
 * φ = .8 in blocks of 20 or 50: 89 %; φ = .5 row by row: 75 %. Few blocks or short ones give too narrow an interval.
 *
 * @param statistic of the rows at these indices (in time order within blocks, some more than once); finite on all rows
 * @param options   see there
 * @param rng       the only randomness: the same seed gives the same interval
 * @returns the statistic of all rows and its interval
 * @throws RangeError when an option is out of range or the statistic is not finite where it must be
 * @see Politis & Romano 1992 (circular blocks); Künsch 1989; Efron 1979 (percentiles)
 */
export function blockBootstrap(
  statistic: (index: Int32Array) => number,
  { rows, blockRows, samples = 999, level = DEFAULT_LEVEL }: BlockBootstrapOptions,
  rng: Rng,
): { value: number; interval: Interval } {
  requireLevel(level)
  if (!Number.isInteger(rows) || rows < 2) throw new RangeError(`rows must be an integer >= 2; got ${rows}`)
  if (!Number.isInteger(blockRows) || blockRows < 1 || blockRows > rows) {
    throw new RangeError(`blockRows must be an integer in [1, ${rows}]; got ${blockRows}`)
  }
  if (!Number.isInteger(samples) || samples < 39)
    throw new RangeError(`samples must be an integer >= 39; got ${samples}`)
  const index = Int32Array.from({ length: rows }, (_, row) => row)
  const value = statistic(index)
  if (!Number.isFinite(value)) throw new RangeError(`the statistic must be finite on all rows; got ${value}`)
  const drawn: number[] = []
  for (let sample = 0; sample < samples; sample++) {
    fillWithBlocks(index, blockRows, rng)
    const seen = statistic(index)
    if (Number.isFinite(seen)) drawn.push(seen)
  }
  if (drawn.length < samples / 2) {
    throw new RangeError(`the statistic must be finite on most samples; it was on ${drawn.length} of ${samples}`)
  }
  const sorted = Float64Array.from(drawn).sort()
  const rank = Math.max(1, Math.floor(((sorted.length + 1) * (1 - level)) / 2))
  const low = Math.min(value, sorted[rank - 1]!)
  const high = Math.max(value, sorted[sorted.length - rank]!)
  return { value, interval: { low, high, level } }
}

function fillWithBlocks(index: Int32Array, blockRows: number, rng: Rng): void {
  const rows = index.length
  for (let from = 0; from < rows; from += blockRows) {
    const start = Math.floor(rng() * rows)
    const to = Math.min(rows, from + blockRows)
    for (let at = from; at < to; at++) index[at] = (start + at - from) % rows
  }
}
