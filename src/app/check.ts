import { assert } from '../base/assert.ts'
import { Fault } from '../base/fault.ts'
import type { Progress } from '../base/progress.ts'
import { CHECK_VERSION, type CheckAsked, type CheckReport } from '../cli/check-report.ts'
import { type Column, type Frame, findColumn } from '../data/frame.ts'
import { recordedScores } from '../data/prediction-scores.ts'
import { scoresPerRow } from '../data/schema.ts'
import type { TableSketch } from '../data/sketch/table-sketch.ts'
import { stacked } from '../data/stacked.ts'
import { readTask } from '../data/task.ts'
import { readTable } from '../store/files/read-table.ts'
import { type SketchedTable, sketchTable } from '../store/files/sketch-table.ts'
import { checkTables } from '../watch/check/check.ts'
import { type MetricChange, performanceChange, type ScoredRows } from '../watch/check/performance-change.ts'

/** Reads two files and says what changed, and whether it hurts. */
export async function check(asked: CheckAsked, progress: Progress): Promise<CheckReport> {
  const { label, prediction, time, features } = asked
  const [reference, current] = await readBoth(asked, progress)
  requireColumns(asked, reference.sketch)
  const performance = await performanceOf(asked, current.sketch)
  const result = checkTables({
    reference: reference.sketch,
    current: current.sketch,
    label,
    prediction,
    time,
    features,
    performance,
  })
  const notes = [...reference.notes, ...current.notes].filter((note, i, all) => all.indexOf(note) === i)
  return {
    version: CHECK_VERSION,
    reference: describe(asked.reference, reference, time),
    current: describe(asked.current, current, time),
    ...result,
    notes: [...notes, ...result.notes],
  }
}

/** Both at the same time: while rows of the one are counted, those of the other are unpacked. */
async function readBoth(asked: CheckAsked, progress: Progress): Promise<readonly [SketchedTable, SketchedTable]> {
  const read = [0, 0]
  const total = [0, 0]
  let failed = false
  const readOne = async (file: string, at: 0 | 1) => {
    try {
      return await sketchTable(file, columnsFor(asked), (_, done, rows) => {
        // The answer is known once either file cannot be read: the other need not be read to its end.
        if (failed) throw new Fault('FILE_UNREADABLE', `reading '${file}' was given up`)
        read[at] = done
        total[at] = rows
        progress('reading rows', (read[0] ?? 0) + (read[1] ?? 0), (total[0] ?? 0) + (total[1] ?? 0))
      })
    } catch (error) {
      failed = true
      throw error
    }
  }
  return Promise.all([readOne(asked.reference, 0), readOne(asked.current, 1)])
}

function columnsFor({ features, label, prediction, time }: CheckAsked): { columns?: readonly string[] } {
  if (features === undefined) return {}
  return { columns: [...new Set([...features, label, prediction, time].filter((name) => name !== undefined))] }
}

/** A misspelt column must not pass for one that was not asked for. The current file may lack what the reference has. */
function requireColumns({ reference, label, prediction, time, features }: CheckAsked, { columns }: TableSketch): void {
  const names = columns.map(({ name }) => name)
  for (const name of [label, prediction, time, ...(features ?? [])]) {
    if (name === undefined || names.includes(name)) continue
    throw new Fault('COLUMN_UNKNOWN', `'${reference}' has no column '${name}'; it has: ${names.join(', ')}`)
  }
}

/** Quality on all rows that have a label and a prediction; nothing where either column is missing in either file. */
async function performanceOf(asked: CheckAsked, current: TableSketch): Promise<readonly MetricChange[]> {
  const { label, prediction } = asked
  if (label === undefined || prediction === undefined) return []
  if (![label, prediction].every((name) => current.columns.some((column) => column.name === name))) return []
  const columns = { columns: [label, prediction] }
  const before = (await readTable(asked.reference, columns)).frame
  const after = (await readTable(asked.current, columns)).frame
  const of = (name: string) => stacked(columnOf(before, name), columnOf(after, name))
  const { task, labels } = readTask(of(label), { positive: asked.positive })
  const { scores, isGraded } = recordedScores(of(prediction), task)
  const cut = before.rows
  const width = scoresPerRow(task)
  const rowsOf = (from: number, to?: number): ScoredRows => ({
    labels: labels.subarray(from, to),
    scores: scores.subarray(from * width, to === undefined ? undefined : to * width),
  })
  return performanceChange(task, rowsOf(0, cut), rowsOf(cut), isGraded)
}

function columnOf(rows: Frame, name: string): Column {
  const column = findColumn(rows, name)
  assert(column !== undefined, `column '${name}' was asked for and not read`)
  return column
}

function describe(file: string, { sketch }: SketchedTable, time: string | undefined): CheckReport['reference'] {
  const column = sketch.columns.find(({ name }) => name === time)
  const base = { file, rows: sketch.rows }
  if (column?.kind === 'time' && column.from !== null && column.to !== null) {
    return { ...base, span: [momentText(column.from), momentText(column.to)] }
  }
  if (column?.kind !== 'numeric' || column.moments.count === 0) return base
  return { ...base, span: [String(column.moments.min), String(column.moments.max)] }
}

/** A day where the time says no more, else ISO 8601. */
function momentText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('T00:00:00.000Z', '')
}
