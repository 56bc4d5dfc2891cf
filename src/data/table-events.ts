import { Fault } from '../base/fault.ts'
import type { EventValue, LabelEvent, PredictionEvent } from './event.ts'
import { type Column, type Frame, findColumn } from './frame.ts'

/** How the columns of a table become events. */
export interface TableMapping {
  readonly model: string
  readonly time: string
  readonly id: string
  readonly score?: string | undefined
  readonly label?: string | undefined
  /** When each label came; default: with its prediction. */
  readonly labelTime?: string | undefined
}

/** Predictions of a table's rows, then their labels, in the order of the rows. */
export interface TableEvents {
  readonly rows: number
  /** The events of one row: its prediction, and its label where it has one. */
  eventsOf(row: number): readonly (PredictionEvent | LabelEvent)[]
}

/**
 * Reads a table as events: a prediction a row, called by its id, and a label where the row has one, called `<id>:label`.
 * Every other column is a feature.
 * @throws Fault COLUMN_UNKNOWN, and DATA_INVALID where a column cannot be what it is said to be
 */
export function tableEvents(table: Frame, mapping: TableMapping): TableEvents {
  const { model, labelTime = mapping.time } = mapping
  const id = columnOf(table, mapping.id)
  const time = timesOf(table, mapping.time)
  const labelled = timesOf(table, labelTime)
  const label = mapping.label === undefined ? undefined : columnOf(table, mapping.label)
  const score = mapping.score === undefined ? undefined : columnOf(table, mapping.score)
  if (score !== undefined && score.kind !== 'numeric') {
    throw new Fault('DATA_INVALID', `the scores in column '${score.name}' must be numbers; the column is ${score.kind}`)
  }
  const own = new Set([mapping.time, mapping.id, mapping.score, mapping.label, mapping.labelTime])
  const features = table.columns.filter(({ name }) => !own.has(name))
  return {
    rows: table.rows,
    eventsOf(row) {
      const name = cellOf(id, row)
      if (name === null) throw new Fault('DATA_INVALID', `row ${row + 1} has no id in column '${id.name}'`)
      const at = time(row)
      if (at === null) throw new Fault('DATA_INVALID', `row ${row + 1} has no time in column '${mapping.time}'`)
      const base = { model, predictionId: String(name) }
      const told = score === undefined ? null : cellOf(score, row)
      const prediction: PredictionEvent = {
        ...base,
        type: 'prediction',
        id: String(name),
        time: at,
        features: Object.fromEntries(features.map((column) => [column.name, cellOf(column, row)])),
        score: typeof told === 'number' ? told : null,
        version: null,
      }
      const outcome = label === undefined ? null : cellOf(label, row)
      if (outcome === null) return [prediction]
      const labelAt = labelled(row) ?? at
      return [prediction, { ...base, type: 'label', id: `${name}:label`, time: labelAt, label: outcome }]
    },
  }
}

function columnOf(table: Frame, name: string): Column {
  const column = findColumn(table, name)
  if (column !== undefined) return column
  const there = table.columns.map((one) => `'${one.name}'`)
  throw new Fault('COLUMN_UNKNOWN', `there is no column '${name}'; there are: ${there.slice(0, 20).join(', ')}`)
}

/** Whole milliseconds of each row. */
function timesOf(table: Frame, name: string): (row: number) => number | null {
  const column = columnOf(table, name)
  if (column.kind !== 'time' && column.kind !== 'numeric') {
    throw new Fault('DATA_INVALID', `column '${name}' must hold times; it is ${column.kind}`)
  }
  return (row) => (column.missing[row] === 1 ? null : Math.trunc(column.values[row]!))
}

function cellOf(column: Column, row: number): EventValue {
  if (column.missing[row] === 1) return null
  switch (column.kind) {
    case 'numeric':
      return column.values[row]!
    case 'boolean':
      return column.values[row] === 1
    case 'categorical':
      return column.categories[column.values[row]!]!
    case 'time':
      return new Date(column.values[row]!).toISOString()
  }
}
