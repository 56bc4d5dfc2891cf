import type { Instant } from '../base/clock.ts'
import { MS_PER_DAY } from '../base/units.ts'
import type { LabelTerms } from './settings.ts'

/** A stretch of event time, start ≤ t < end. */
export interface Span {
  readonly start: Instant
  readonly end: Instant
}

/** How far a model's stream has come. */
export interface Stream {
  /** Oldest and newest event time, those in the future when they came left out; null before the first event. */
  readonly firstTime: Instant | null
  readonly newestTime: Instant | null
  /** When the newest event came in. */
  readonly lastReceivedAt: Instant | null
  /** Newest event's place in the order of arrival; 0 before the first. */
  readonly newestSeq: number
}

/**
 * Up to where event time has come: nothing older is waited for. It follows the events; after a silence as long as a
 * window it goes on with the clock, so that the last window of a stream that dried up closes too.
 *
 * @param now machine time, ms
 * @returns ms since 1970 UTC, −∞ before the first event
 */
export function watermark(
  stream: Stream,
  { everyMs, latenessMs }: { readonly everyMs: number; readonly latenessMs: number },
  now: Instant,
): number {
  if (stream.newestTime === null || stream.lastReceivedAt === null) return Number.NEGATIVE_INFINITY
  const silenceMs = Math.max(0, now - stream.lastReceivedAt - everyMs)
  return Math.min(stream.newestTime + silenceMs, Math.max(now, stream.newestTime)) - latenessMs
}

/**
 * The window that holds `time`: spans of `everyMs`, counted from the UTC midnight before the stream's first event (spans
 * shorter than a day: from the last multiple of the span before it), like a backtest's (data/windows.ts).
 *
 * @param first time of the stream's first event, ≤ time
 */
export function spanHolding(time: Instant, first: Instant, everyMs: number): Span {
  const step = Math.min(everyMs, MS_PER_DAY)
  const origin = Math.floor(first / step) * step
  const start = origin + Math.floor((time - origin) / everyMs) * everyMs
  return { start, end: start + everyMs }
}

/** Event time at which a window's labels have matured whatever came in; +∞ where only their share can tell. */
export function maturesAt({ end }: Span, { delayMs, absentAfterMs }: LabelTerms): number {
  const waits = [delayMs, absentAfterMs].filter((ms) => ms !== null)
  return waits.length === 0 ? Number.POSITIVE_INFINITY : end + Math.max(...waits)
}

/** Whether enough of a closed window's rows have a label already. `rows` and `labelled` ≥ 0. */
export function hasEnoughLabels({ share }: LabelTerms, rows: number, labelled: number): boolean {
  return share !== null && rows > 0 && labelled >= share * rows
}
