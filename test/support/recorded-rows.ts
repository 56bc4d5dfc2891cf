import { type RecordedStream, recordedStream } from '../../src/backtest/stream.ts'
import { type Column, frame } from '../../src/data/frame.ts'
import type { Task } from '../../src/data/schema.ts'
import type { Window } from '../../src/data/windows.ts'

/** A stream with so many rows in each window: `x` is the row's number, the label its remainder by two. */
export function recordedRows(
  rowsOfWindows: readonly number[],
  task: Task = { kind: 'binary', classes: ['no', 'yes'] },
  warmupWindows = 1,
): RecordedStream {
  let from = 0
  const windows = rowsOfWindows.map((rows, index): Window => {
    from += rows
    return { index, from: from - rows, to: from, rows, start: null, end: null }
  })
  const values = Float64Array.from({ length: from }, (_, row) => row)
  const x: Column = { kind: 'numeric', name: 'x', values, missing: new Uint8Array(from) }
  return recordedStream({ task, features: frame([x]), labels: values.map((row) => row % 2), windows, warmupWindows })
}
