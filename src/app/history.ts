import { type RecordedStream, recordedStream } from '../backtest/stream.ts'
import { Fault } from '../base/fault.ts'
import { type Column, type Frame, frame, sliceRows } from '../data/frame.ts'
import type { Labels } from '../data/labels.ts'
import type { ColumnKind, Task } from '../data/schema.ts'
import { readTask, type TaskWish } from '../data/task.ts'
import {
  defaultRollingWindows,
  defaultWindowCount,
  type Window,
  windowsByRows,
  windowsByTime,
} from '../data/windows.ts'
import { readTable } from '../store/files/read-table.ts'
import { columnCalled } from './column-called.ts'

/** What a recorded history holds, and how it is to be cut. */
export interface HistoryRequest extends TaskWish {
  /** File or glob. */
  readonly source: string
  readonly label: string
  readonly time?: string | undefined
  /** Column with a stable id of each row; default: its position in the file. */
  readonly id?: string | undefined
  /** Columns to learn from; default: all but label, time, id and those in `ignore`. */
  readonly features?: readonly string[] | undefined
  readonly ignore?: readonly string[] | undefined
  readonly kinds?: Readonly<Record<string, ColumnKind>> | undefined
  readonly cut:
    | { readonly count?: number | undefined; readonly rows?: number | undefined }
    | { readonly everyMs: number }
  /** Share of the windows before the first decision, in (0, 1). */
  readonly warmup: number
}

export interface History {
  readonly stream: RecordedStream
  readonly rows: number
  readonly rowIds: ArrayLike<number | string>
  /** Every column of the file, also those that nothing is learned from; its rows are those of the stream. */
  readonly table: Frame
  /** Every repair and assumption, in one plain sentence each. */
  readonly notes: readonly string[]
}

/** Fewer windows leave nothing to decide after the warm-up. */
const LEAST_WINDOWS = 6

/** Reads a labelled history and cuts it into windows. */
export async function loadHistory(request: HistoryRequest): Promise<History> {
  const { label, time } = request
  const table = await readTable(request.source, {
    ...(request.kinds === undefined ? {} : { kinds: request.kinds }),
    ...(time === undefined ? {} : { timeColumn: time }),
  })
  const notes = [...table.notes]
  const source = upToNewestLabel(table.frame, label, notes)
  const { task, labels } = readTask(columnCalled(source, label, 'label'), request)
  const features = featuresOf(source, request, notes)
  const missing = labels.reduce((n, value) => (Number.isNaN(value) ? n + 1 : n), 0)
  if (missing > 0)
    notes.push(`${missing} of ${labels.length} rows have no label '${label}': they are scored but not learned from`)

  const times = time === undefined ? undefined : columnCalled(source, time, 'time')
  const windows = cutWindows(request, source.rows, times)
  noteUnlabelled(windows, labels, notes)
  const warmupWindows = warmupOf(request.warmup, windows.length)
  noteTask(task, notes)
  return {
    stream: recordedStream({ task, features, labels, windows, warmupWindows }),
    rows: source.rows,
    rowIds: rowIdsOf(source, request.id),
    table: source,
    notes,
  }
}

/** The newest rows of a live system have no label yet: there is nothing to measure on them. */
function upToNewestLabel(source: Frame, label: string, notes: string[]): Frame {
  const { missing } = columnCalled(source, label, 'label')
  const labelled = missing.lastIndexOf(0) + 1
  if (labelled === 0 || labelled === source.rows) return source
  notes.push(`the newest ${source.rows - labelled} rows have no label '${label}' yet and are left out`)
  return sliceRows(source, 0, labelled)
}

function noteUnlabelled(windows: readonly Window[], labels: Labels, notes: string[]): void {
  const empty = windows.filter(({ from, to }) => labels.subarray(from, to).every(Number.isNaN)).length
  if (empty > 0) notes.push(`${empty} windows have no label in any row: they count with a loss of 0 for every policy`)
}

function featuresOf(source: Frame, request: HistoryRequest, notes: string[]): Frame {
  const repeated = request.features?.find((name, at, all) => all.indexOf(name) !== at)
  if (repeated !== undefined) throw new Fault('USAGE', `feature '${repeated}' is named twice`)
  const taken = new Set([request.label, request.time, request.id, ...(request.ignore ?? [])])
  for (const name of request.ignore ?? []) columnCalled(source, name, 'ignored')
  const wanted =
    request.features?.map((name) => columnCalled(source, name, 'feature')) ??
    source.columns.filter((column) => !taken.has(column.name))
  const times = wanted.filter((column) => column.kind === 'time')
  if (times.length > 0) notes.push(timesNote(times, request.time))
  const features = wanted.filter((column) => column.kind !== 'time')
  if (features.length === 0) {
    throw new Fault(
      'DATA_INVALID',
      `there is no column to learn from beside ${[...taken]
        .filter(Boolean)
        .map((n) => `'${n}'`)
        .join(', ')}`,
    )
  }
  return frame(features)
}

function timesNote(times: readonly Column[], orderedBy: string | undefined): string {
  const [verb, are] = times.length === 1 ? ['holds', 'is'] : ['hold', 'are']
  const note = `${quoted(times)} ${verb} times and ${are} not learned from: a model would only learn how old a row is`
  if (orderedBy !== undefined) return note
  return `${note}. The rows were taken in the order of the file; --time ${times[0]?.name} would order them`
}

function quoted(columns: readonly Column[]): string {
  return columns.map((column) => `'${column.name}'`).join(', ')
}

function cutWindows(request: HistoryRequest, rows: number, times: Column | undefined): Window[] {
  const { cut } = request
  const instants = times?.kind === 'time' ? times.values : undefined
  if (!('everyMs' in cut)) {
    const count =
      cut.count ?? (cut.rows === undefined ? defaultWindowCount(rows) : Math.max(1, Math.floor(rows / cut.rows)))
    if (count > rows) throw new Fault('USAGE', `--windows must be at most the number of rows, ${rows}; got ${count}`)
    return enoughWindows(windowsByRows(rows, count, instants), rows)
  }
  if (times === undefined) throw new Fault('USAGE', '--every cuts windows by time and needs --time COLUMN')
  if (instants === undefined) {
    throw new Fault(
      'USAGE',
      `--every needs dates or times; column '${times.name}' is ${times.kind}. Use --windows to cut by rows`,
    )
  }
  return enoughWindows(windowsByTime(instants, cut.everyMs), rows)
}

function enoughWindows(windows: Window[], rows: number): Window[] {
  if (windows.length >= LEAST_WINDOWS) return windows
  throw new Fault(
    'DATA_INVALID',
    `${rows} rows make ${windows.length} ${windows.length === 1 ? 'window' : 'windows'}; a backtest needs at least ${LEAST_WINDOWS}`,
  )
}

/** At least a default rolling span, and always a window left to decide on. */
function warmupOf(share: number, windows: number): number {
  const wanted = Math.floor(share * windows + 1e-9)
  return Math.min(windows - 2, Math.max(Math.min(defaultRollingWindows(windows), windows - 2), wanted))
}

function rowIdsOf(source: Frame, id: string | undefined): ArrayLike<number | string> {
  if (id === undefined) return Float64Array.from({ length: source.rows }, (_, row) => row)
  const column = columnCalled(source, id, 'id')
  const missing = column.missing.reduce((n, gap) => n + gap, 0)
  if (missing > 0)
    throw new Fault('DATA_INVALID', `id column '${id}' has no value in ${missing} rows; every row needs one`)
  if (column.kind === 'categorical') return Array.from(column.values, (code) => column.categories[code] ?? '')
  return Array.from(column.values)
}

function noteTask(task: Task, notes: string[]): void {
  if (task.kind === 'binary') notes.push(`two classes; '${task.classes[1]}' is the positive one`)
}
