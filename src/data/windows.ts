import { Fault } from '../base/fault.ts'
import { MS_PER_DAY } from '../base/units.ts'

/** A run of consecutive rows that is summarised as one. */
export interface Window {
  /** Position among the windows of one cut, from 0, without gaps. */
  readonly index: number
  /** First row. */
  readonly from: number
  /** One past the last row. */
  readonly to: number
  readonly rows: number
  /** Milliseconds since 1970 UTC; null without a time column. */
  readonly start: number | null
  readonly end: number | null
}

/** Below this many rows a window says too little to be worth cutting. */
const FEWEST_ROWS = 100
const LEAST_ROLLING_WINDOWS = 4
const ROLLING_SHARE = 0.15

/**
 * Windows that a rolling training reads unless told otherwise, in a backtest and live: max(4, ⌊.15 × windows⌋).
 *
 * @param windows of the stream; live: those that have closed so far. Count ≥ 0
 * @returns ≥ 4
 */
export function defaultRollingWindows(windows: number): number {
  return Math.max(LEAST_ROLLING_WINDOWS, Math.floor(ROLLING_SHARE * windows))
}

/**
 * How many windows a stream of `rows` rows is cut into: clip(⌊rows / 500⌋, 30, 60), but never so many that a window
 * has fewer than 100 rows.
 *
 * @param rows count ≥ 0
 * @returns 1 … 60
 */
export function defaultWindowCount(rows: number): number {
  const wanted = Math.min(60, Math.max(30, Math.floor(rows / 500)))
  return Math.max(1, Math.min(wanted, Math.floor(rows / FEWEST_ROWS)))
}

/**
 * Cuts rows into `count` windows of (nearly) the same number of rows: window i starts at ⌊i · rows / count⌋.
 *
 * @param rows  count ≥ 0; fewer rows than windows give one window a row, no rows give no window
 * @param count windows wanted, integer ≥ 1
 * @param times time of each row in ms since 1970 UTC; then `start` and `end` are those of the first and the last row
 * @throws Fault USAGE when `count` is not a whole number ≥ 1
 */
export function windowsByRows(rows: number, count: number, times?: Float64Array): Window[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new Fault('USAGE', `the number of windows must be a whole number >= 1; got ${count}`)
  }
  const wanted = Math.min(count, rows)
  const windows: Window[] = []
  for (let index = 0; index < wanted; index++) {
    const from = Math.floor((index * rows) / wanted)
    const to = Math.floor(((index + 1) * rows) / wanted)
    windows.push({
      index,
      from,
      to,
      rows: to - from,
      start: times === undefined ? null : times[from]!,
      end: times === undefined ? null : times[to - 1]!,
    })
  }
  return windows
}

/**
 * Cuts rows into half-open spans start ≤ t < end of `everyMs` each, counted from the first row's UTC midnight (spans
 * shorter than a day: from the last multiple of the span before it). Spans without rows are left out and the indexes
 * stay consecutive: a gap shows as a `start` that is later than the `end` before it.
 *
 * @param times   time of each row, ms since 1970 UTC, ascending
 * @param everyMs length of a span in ms, > 0
 * @throws Fault DATA_INVALID when a time is missing or earlier than the one before it; USAGE for a span ≤ 0
 */
export function windowsByTime(times: Float64Array, everyMs: number): Window[] {
  if (!(everyMs > 0) || !Number.isFinite(everyMs)) {
    throw new Fault('USAGE', `the length of a window must be > 0 ms; got ${everyMs}`)
  }
  const windows: Window[] = []
  if (times.length === 0) return windows
  const step = Math.min(everyMs, MS_PER_DAY)
  const origin = Math.floor(times[0]! / step) * step
  let from = 0
  let span = 0
  for (let row = 0; row <= times.length; row++) {
    if (row < times.length) refuseDisorder(times, row)
    const rowSpan = row < times.length ? Math.floor((times[row]! - origin) / everyMs) : Number.POSITIVE_INFINITY
    if (rowSpan === span) continue
    const start = origin + span * everyMs
    windows.push({ index: windows.length, from, to: row, rows: row - from, start, end: start + everyMs })
    from = row
    span = rowSpan
  }
  return windows
}

function refuseDisorder(times: Float64Array, row: number): void {
  const time = times[row]!
  if (!Number.isFinite(time)) {
    throw new Fault('DATA_INVALID', `row ${row} has no time; windows by time need one in every row`)
  }
  if (row > 0 && time < times[row - 1]!) {
    throw new Fault('DATA_INVALID', `row ${row} is earlier than the row before it; rows must be in order of time`)
  }
}
