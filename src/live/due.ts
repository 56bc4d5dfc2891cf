import type { Instant } from '../base/clock.ts'
import type { ClosedWindow, LivePorts } from './ports.ts'
import type { LiveSettings } from './settings.ts'
import type { Cursor } from './turn.ts'
import { hasEnoughLabels, maturesAt, type Span, type Stream, spanHolding, watermark } from './windows.ts'

/** The next thing that the stream brings, in event time. */
export type Due =
  | { readonly kind: 'closes'; readonly window: number; readonly span: Span; readonly isNew: boolean }
  | {
      readonly kind: 'matures'
      readonly window: number
      readonly span: Span
      readonly now: Instant
      readonly upToSeq: number
    }

/** What is due next; or null with what it waits for. Of two things due at the same instant, a window closes first. */
export async function nextDue(
  ports: LivePorts,
  model: string,
  { cursor, settings, now }: { readonly cursor: Cursor; readonly settings: LiveSettings; readonly now: Instant },
): Promise<Due | null> {
  const stream = await ports.stream(model)
  const mark = watermark(stream, settings, now)
  const closing = await nextToClose(ports, model, { cursor, settings, stream })
  const closes = closing !== null && (!closing.isNew || closing.span.end <= mark) ? closing : null
  if (cursor.nextMatured >= cursor.nextWindow) return closes
  const [oldest] = await ports.windows(model, [cursor.nextMatured])
  if (oldest === undefined) return closes
  const span: Span = { start: oldest.start, end: oldest.end }
  const matures = (at: Instant): Due => ({
    kind: 'matures',
    window: oldest.number,
    span,
    now: at,
    upToSeq: stream.newestSeq,
  })
  const at = await maturity(ports, model, { oldest, cursor, settings })
  if (at <= mark && (closes === null || at < closes.span.end)) return matures(at)
  if (closes !== null || settings.labels.share === null) return closes
  const { rows, labelled } = await ports.recentCounts(model, span)
  return hasEnoughLabels(settings.labels, rows, labelled) ? matures(Math.max(span.end, mark)) : null
}

/** Event time at which the labels of the oldest window that has not matured do so; +∞ while nobody can tell. */
async function maturity(
  ports: LivePorts,
  model: string,
  {
    oldest,
    cursor,
    settings,
  }: { readonly oldest: ClosedWindow; readonly cursor: Cursor; readonly settings: LiveSettings },
): Promise<number> {
  const { delayWindows, absentAfterMs } = settings.labels
  const byTime = maturesAt(oldest, settings.labels)
  if (delayWindows === undefined) return byTime
  const number = oldest.number + delayWindows
  if (number >= cursor.nextWindow) return Number.POSITIVE_INFINITY
  const [last] = await ports.windows(model, [number])
  if (last === undefined) return Number.POSITIVE_INFINITY
  return absentAfterMs === null ? last.end : Math.max(last.end, byTime)
}

/** The next window that holds a prediction; one that was cut before the life began is told of again. */
async function nextToClose(
  ports: LivePorts,
  model: string,
  { cursor, settings, stream }: { readonly cursor: Cursor; readonly settings: LiveSettings; readonly stream: Stream },
): Promise<Extract<Due, { kind: 'closes' }> | null> {
  const window = cursor.nextWindow
  const [known] = await ports.windows(model, [window])
  if (known !== undefined) return { kind: 'closes', window, span: { start: known.start, end: known.end }, isNew: false }
  if (stream.firstTime === null) return null
  const from = cursor.closedTo ?? stream.firstTime
  if (settings.windowRows !== undefined) {
    const last = await ports.nextPrediction(model, from, settings.windowRows)
    // All of the same instant stay together.
    return last === null ? null : { kind: 'closes', window, span: { start: from, end: last + 1 }, isNew: true }
  }
  const time = await ports.nextPrediction(model, from)
  if (time === null) return null
  return { kind: 'closes', window, span: spanHolding(time, stream.firstTime, settings.everyMs), isNew: true }
}
