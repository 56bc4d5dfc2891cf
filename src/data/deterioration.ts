import { type Localised, localise } from '../stats/change/localise.ts'
import type { LossShape } from '../stats/change/segments.ts'
import type { RowSlice } from './row-slices.ts'

/** When the loss of one slice began to rise; rows as in the whole. */
export interface SliceFinding {
  readonly column: string
  readonly value: string
  /** Rows with a loss. */
  readonly rows: number
  readonly found: Localised
  /** Whether that is a rise at 5 % over all slices together. */
  readonly isRise: boolean
}

/** When losses began to rise, over all rows and slice by slice. */
export interface Deterioration {
  /** null where the losses are all alike. */
  readonly whole: Localised | null
  readonly isRise: boolean
  /** Slices in which anything can be said, in the order given. */
  readonly slices: readonly SliceFinding[]
  /** The earliest of those with a rise and a moment. */
  readonly earliest: SliceFinding | null
  /** Whether its whole set lies before that of all rows. */
  readonly isEarlier: boolean
}

/** Chance that a steady loss is called a rise: once for the whole, and once for all slices together. */
const FALSE_RISE = 0.05

/**
 * Dates the rise of a loss over all rows and in each slice.
 *
 * All rows are tested at 5 %, the slices at 5 % together (Holm 1979: the i-th smallest of m p-values must be ≤
 * .05/(m − i + 1), and all before it too), so that many slices do not find a rise by luck.
 *
 * @param losses in time order; NaN where a row has none
 */
export function deterioration(losses: Float64Array, shape: LossShape, slices: readonly RowSlice[]): Deterioration {
  const whole = localiseRows(losses, shape, Int32Array.from(losses.keys()))
  const seen = slices.flatMap(({ column, value, rows }) => {
    const found = localiseRows(losses, shape, rows)
    return found === null ? [] : [{ column, value, rows: found.before.rows + found.after.rows, found }]
  })
  const limit = holmLimit(seen.map(({ found }) => found.pValue))
  const findings = seen.map((slice) => ({ ...slice, isRise: slice.found.pValue <= limit }))
  const dated = findings.filter(({ isRise, found }) => isRise && found.isLocalised)
  const earliest = dated.reduce<SliceFinding | null>(
    (first, slice) => (first === null || slice.found.at < first.found.at ? slice : first),
    null,
  )
  const isRise = whole !== null && whole.pValue <= FALSE_RISE
  return { whole, isRise, slices: findings, earliest, isEarlier: isRise && isBefore(earliest, whole) }
}

function isBefore(slice: SliceFinding | null, whole: Localised): boolean {
  return slice !== null && slice.found.high < whole.low
}

/** The rise among some rows, with rows counted as in the whole. */
function localiseRows(losses: Float64Array, shape: LossShape, rows: Int32Array): Localised | null {
  const known = rows.filter((row) => !Number.isNaN(losses[row]))
  const found = localise(
    Float64Array.from(known, (row) => losses[row]!),
    shape,
  )
  if (found === null) return null
  return { ...found, at: known[found.at]!, low: known[found.low]!, high: known[found.high]! }
}

/** The largest p-value that is still a rise; −1 when none is. */
function holmLimit(pValues: readonly number[]): number {
  const sorted = [...pValues].sort((a, b) => a - b)
  let limit = -1
  for (const [i, p] of sorted.entries()) {
    if (p > FALSE_RISE / (sorted.length - i)) break
    limit = p
  }
  return limit
}
