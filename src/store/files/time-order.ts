import type { Frame, NumericColumn, TimeColumn } from '../../data/frame.ts'
import { takeRows } from '../../data/frame.ts'

export interface TimeOrdered {
  readonly frame: Frame
  readonly dropped: number
  /** The first row (from 0, of those kept) that is earlier than the row before it; −1 when all were in order. */
  readonly firstOutOfOrder: number
}

/** Drops the rows without a time and sorts the others by it; rows of the same time keep their order. */
export function inTimeOrder(frame: Frame, time: NumericColumn | TimeColumn): TimeOrdered {
  const at = (row: number) => time.values[row] as number
  const kept: number[] = []
  let firstOutOfOrder = -1
  let latest = Number.NEGATIVE_INFINITY
  for (let row = 0; row < frame.rows; row++) {
    if (time.missing[row] === 1) continue
    if (firstOutOfOrder < 0 && at(row) < latest) firstOutOfOrder = kept.length
    latest = Math.max(latest, at(row))
    kept.push(row)
  }
  const dropped = frame.rows - kept.length
  if (dropped === 0 && firstOutOfOrder < 0) return { frame, dropped, firstOutOfOrder }
  const index = Uint32Array.from(kept)
  if (firstOutOfOrder >= 0) index.sort((a, b) => at(a) - at(b) || a - b)
  return { frame: takeRows(frame, index), dropped, firstOutOfOrder }
}
