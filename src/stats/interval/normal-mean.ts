import type { Interval } from '../../base/evidence.ts'
import { DEFAULT_LEVEL, normalDeviate } from './level.ts'

export interface RowMean {
  readonly mean: number
  /** Standard error of the mean, ≥ 0. */
  readonly standardError: number
  /** Rows that had a value. */
  readonly rows: number
  readonly interval: Interval
}

/**
 * Mean of a number per row with the normal interval.
 *
 * x̄ ± z · s/√n, s² = Σ(xᵢ − x̄)²/(n − 1). Rows are taken as independent; where they are not (days, seasons), use
 * `studentBlocks`.
 *
 * @param values one number a row, finite; NaN (no value) is left out; at least 2 must be left
 * @param level  confidence, in (0, 1)
 * @returns mean, standard error, rows used and interval; width 0 only when all values are equal
 * @throws RangeError when a precondition above fails
 * @see Laplace 1812 (central limit theorem); Welford 1962 for the running form
 */
export function normalMean(values: ArrayLike<number>, level: number = DEFAULT_LEVEL): RowMean {
  const z = normalDeviate(level)
  let rows = 0
  let mean = 0
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!
    if (Number.isNaN(x)) continue
    if (!Number.isFinite(x)) throw new RangeError(`values must be finite; row ${i} is ${x}`)
    rows += 1
    const step = x - mean
    mean += step / rows
    squares += step * (x - mean)
  }
  if (rows < 2) throw new RangeError(`a mean with an interval needs at least 2 rows; got ${rows}`)
  const standardError = Math.sqrt(squares / (rows - 1) / rows)
  return {
    mean,
    standardError,
    rows,
    interval: { low: mean - z * standardError, high: mean + z * standardError, level },
  }
}
