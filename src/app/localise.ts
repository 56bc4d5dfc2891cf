import { Fault } from '../base/fault.ts'
import type { Progress } from '../base/progress.ts'
import type { LocaliseAsked, LocaliseReport, LossBlock, Moment, Place } from '../cli/localise-report.ts'
import { deterioration } from '../data/deterioration.ts'
import type { Column, Frame } from '../data/frame.ts'
import { type RecordedPredictions, readPredictions } from '../data/prediction-column.ts'
import { slicesOf } from '../data/row-slices.ts'
import type { Task } from '../data/schema.ts'
import { readTask } from '../data/task.ts'
import { windowsByRows } from '../data/windows.ts'
import { LEAST_LOSSES, type Localised } from '../stats/change/localise.ts'
import { readTable } from '../store/files/read-table.ts'
import { columnCalled } from './column-called.ts'

const BLOCKS = 60

/** Reads recorded predictions and their outcomes, and dates the rise of the loss. */
export async function localiseFile(asked: LocaliseAsked, progress: Progress): Promise<LocaliseReport> {
  progress('reading', 0, 1)
  const table = await readTable(asked.source, asked.time === undefined ? {} : { timeColumn: asked.time })
  progress('reading', 1, 1)
  const source = table.frame
  const { task, labels } = readTask(columnCalled(source, asked.label, 'label'), asked)
  const recorded = readPredictions(columnCalled(source, asked.prediction, 'prediction'), task)
  const losses = lossesOf(task, labels, recorded)
  const judgedRows = losses.reduce((n, loss) => (Number.isNaN(loss) ? n : n + 1), 0)
  const notes = [...table.notes, ...unjudgedNote(asked, source.rows - judgedRows), ...orderNote(asked, source)]
  if (judgedRows < LEAST_LOSSES) {
    throw new Fault(
      'DATA_INVALID',
      `${judgedRows} rows have both a label '${asked.label}' and a prediction '${asked.prediction}'; at least ${LEAST_LOSSES} are needed to date a change`,
    )
  }
  const columns = sliceColumns(source, asked)
  const slices = columns.flatMap((column) => slicesOf(column, LEAST_LOSSES))
  const seen = deterioration(losses, task.kind === 'regression' ? 'gaussian' : 'bernoulli', slices)
  const placeOf = placer(asked.time === undefined ? undefined : columnCalled(source, asked.time, 'time'))
  const { whole, earliest } = seen
  return {
    version: 1,
    file: asked.source,
    rows: source.rows,
    judgedRows,
    task: task.kind,
    loss: task.kind === 'regression' ? 'absolute' : '0/1',
    predictionForm: recorded.form,
    outcome: !seen.isRise || whole === null ? 'no rise' : whole.isLocalised ? 'rise' : 'rise of unknown moment',
    moment: whole === null ? null : momentOf(whole, placeOf),
    lookedAt: { from: placeOf(seen.part.from), to: placeOf(seen.part.to - 1) },
    blocks: blocksOf(losses),
    slicedBy: columns.map(({ name }) => name),
    slices: seen.slices.map(({ found, ...slice }) => ({ ...slice, moment: momentOf(found, placeOf) })),
    earliest: earliest === null ? null : seen.slices.indexOf(earliest),
    isEarlier: seen.isEarlier,
    notes,
  }
}

/** 0/1 for classes, the absolute error for values. */
function lossesOf(task: Task, labels: Float64Array, { predicted }: RecordedPredictions): Float64Array {
  return labels.map((label, row) => {
    const said = predicted[row] as number
    if (Number.isNaN(label) || Number.isNaN(said)) return Number.NaN
    if (task.kind === 'regression') return Math.abs(said - label)
    return said === label ? 0 : 1
  })
}

function unjudgedNote({ label, prediction }: LocaliseAsked, rows: number): string[] {
  return rows === 0 ? [] : [`${rows} rows have no label '${label}' or no prediction '${prediction}' and are left out`]
}

function orderNote({ time }: LocaliseAsked, source: Frame): string[] {
  const times = source.columns.filter(({ kind }) => kind === 'time')
  if (time !== undefined || times.length === 0) return []
  return [`the rows were taken in the order of the file; --time ${times[0]?.name} would order them`]
}

function sliceColumns(source: Frame, asked: LocaliseAsked): readonly Column[] {
  if (asked.slices !== undefined) return asked.slices.map((name) => columnCalled(source, name, 'slice'))
  const taken = [asked.prediction, asked.label, asked.time]
  return source.columns.filter(({ name, kind }) => kind !== 'time' && !taken.includes(name))
}

function momentOf({ at, low, high, before, after, ...rest }: Localised, placeOf: (row: number) => Place): Moment {
  return {
    at: placeOf(at),
    low: placeOf(low),
    high: placeOf(high),
    before: { rows: before.rows, loss: before.mean },
    after: { rows: after.rows, loss: after.mean },
    ...rest,
  }
}

/** Row numbers as people count them, with what the time column says there. */
function placer(times: Column | undefined): (row: number) => Place {
  return (row) => {
    const value = times?.values[row]
    if (times === undefined || value === undefined || times.missing[row] === 1) return { row: row + 1, time: null }
    return { row: row + 1, time: times.kind === 'time' ? timeText(value) : `${times.name} ${value}` }
  }
}

/** A day where the time is midnight, else to the second. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/T00:00:00\.000Z$|\.000(?=Z)/, '')
}

function blocksOf(losses: Float64Array): LossBlock[] {
  return windowsByRows(losses.length, BLOCKS).map(({ from, to }) => {
    const known = losses.subarray(from, to).filter((loss) => !Number.isNaN(loss))
    const loss = known.length === 0 ? null : known.reduce((sum, x) => sum + x, 0) / known.length
    return { from: from + 1, to, rows: known.length, loss }
  })
}
