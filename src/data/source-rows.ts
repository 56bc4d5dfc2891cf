import { Fault } from '../base/fault.ts'
import type { EventValue } from './event.ts'
import { labelReader, STRANGE } from './event-values.ts'
import { type Column, type Frame, findColumn, frame, takeRows } from './frame.ts'
import type { ModelSchema } from './model-schema.ts'
import type { WindowRows } from './window-rows.ts'

/** What the columns of a team's own table mean. */
export interface SourceColumns {
  readonly id: string
  /** Event time. */
  readonly time: string
  readonly label: string
  /** When a label became known; null: the table does not say, and every label in it counts. */
  readonly knownAt: string | null
}

export interface SourceSpan {
  readonly window: number
  readonly start: number
  readonly end: number
}

/**
 * Rows of a team's own table as windows, as they could be known at `cutoff`: what happened later is left out, and a label
 * that became known later is none.
 *
 * @param cutoff   event time, ms since 1970 UTC
 * @param absentAs what a row without a label counts as; null: as unlabelled
 * @returns one for each span, rows by time, then id
 * @throws Fault DATA_INVALID where a row has no id or time, or two rows of a window share an id; COLUMN_UNKNOWN
 */
export function rowsOfSource(
  table: Frame,
  { columns, schema }: { readonly columns: SourceColumns; readonly schema: ModelSchema },
  {
    spans,
    cutoff,
    absentAs,
  }: { readonly spans: readonly SourceSpan[]; readonly cutoff: number; readonly absentAs: number | null },
): readonly WindowRows[] {
  const times = instantsOf(called(table, columns.time))
  const known = columns.knownAt === null ? null : instantsOf(called(table, columns.knownAt))
  const ids = textsOf(called(table, columns.id))
  const labels = labelsOf(called(table, columns.label), schema)
  const features = frame(schema.features.map(({ name, kind }) => ofKind(called(table, name), kind)))
  return spans.map(({ start, end, window }) => {
    const rows: number[] = []
    for (let row = 0; row < table.rows; row++) {
      const time = times[row]!
      if (Number.isNaN(time)) throw new Fault('DATA_INVALID', `row ${row + 1} has no time in '${columns.time}'`)
      if (time >= start && time < end && time <= cutoff) rows.push(row)
    }
    rows.sort((a, b) => times[a]! - times[b]! || (ids[a]! < ids[b]! ? -1 : 1))
    refuseRepeats(
      rows.map((row) => ids[row]!),
      { window, column: columns.id },
    )
    const isKnown = (row: number) => known === null || known[row]! <= cutoff
    return {
      ids: rows.map((row) => ids[row]!),
      times: Float64Array.from(rows, (row) => times[row]!),
      features: takeRows(features, rows),
      labels: Float64Array.from(rows, (row) => {
        const label = isKnown(row) ? labels[row]! : Number.NaN
        return Number.isNaN(label) && absentAs !== null ? absentAs : label
      }),
      recorded: null,
      versions: new Int32Array(rows.length),
      strange: 0,
      newestSeq: 0,
    }
  })
}

function called(table: Frame, name: string): Column {
  const column = findColumn(table, name)
  if (column !== undefined) return column
  const there = table.columns.map((one) => one.name).join(', ')
  throw new Fault('COLUMN_UNKNOWN', `the source has no column '${name}'; there are: ${there}`)
}

function ofKind(column: Column, kind: string): Column {
  if (column.kind === kind) return column
  throw new Fault('DATA_INVALID', `the source has '${column.name}' as ${column.kind}; the model reads it as ${kind}`)
}

/** NaN where there is none. Numbers are milliseconds since 1970 UTC. */
function instantsOf(column: Column): Float64Array {
  if (column.kind === 'time' || column.kind === 'numeric') return column.values
  throw new Fault('DATA_INVALID', `'${column.name}' must hold times; the source has it as ${column.kind}`)
}

function textsOf(column: Column): string[] {
  return Array.from(column.values, (value, row) => {
    if (column.missing[row] === 1) throw new Fault('DATA_INVALID', `row ${row + 1} has no id in '${column.name}'`)
    return column.kind === 'categorical' ? column.categories[value]! : String(value)
  })
}

function labelsOf(column: Column, { task }: ModelSchema): Float64Array {
  const read = labelReader(task)
  return Float64Array.from(column.values, (value, row) => {
    const told = valueAt(column, value, row)
    const code = read(told)
    if (code !== STRANGE) return code ?? Number.NaN
    throw new Fault(
      'DATA_INVALID',
      `row ${row + 1} has the label '${told}' in '${column.name}', which the model does not know`,
    )
  })
}

function valueAt(column: Column, value: number, row: number): EventValue {
  if (column.missing[row] === 1) return null
  if (column.kind === 'categorical') return column.categories[value]!
  return column.kind === 'boolean' ? value === 1 : value
}

function refuseRepeats(ids: readonly string[], { window, column }: { window: number; column: string }): void {
  const seen = new Set<string>()
  for (const id of ids) {
    if (seen.has(id)) throw new Fault('DATA_INVALID', `two rows of window ${window} have the id '${id}' in '${column}'`)
    seen.add(id)
  }
}
