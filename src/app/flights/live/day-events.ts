import { assert } from '../../../base/assert.ts'
import { MS_PER_DAY } from '../../../base/units.ts'
import type { Column } from '../../../data/frame.ts'
import type { Scores } from '../../../data/labels.ts'
import { type FlightStream, LABEL_CLASSES } from '../stream.ts'
import { MODEL } from './flights-config.ts'

/** What answered the flights of a day. */
export interface Answered {
  readonly version: number
  /** P(late), one a flight. */
  readonly scores: Scores
}

interface TimedLine {
  readonly time: number
  readonly line: string
}

/**
 * All events of a day as lines of JSON, in event time: its flights as they leave, with what was answered, and what became
 * of the flights of the day before, each a day after it left.
 *
 * @param answered null while no version answers
 */
export function eventsOfDay(flights: FlightStream, window: number, answered: Answered | null): string[] {
  const lines = [...predictionsOf(flights, window, answered), ...(window === 0 ? [] : labelsOf(flights, window - 1))]
  return lines.sort((a, b) => a.time - b.time).map(({ line }) => line)
}

/** An event at midnight that says that a day is over: nothing of it comes later. */
export function dayIsOver(flights: FlightStream, window: number): string {
  const time = startOf(flights, window) + MS_PER_DAY
  const body = { says: 'the day is over' }
  return JSON.stringify({ id: `day-${window}`, type: 'feedback', model: MODEL, time, body })
}

function predictionsOf(flights: FlightStream, window: number, answered: Answered | null): TimedLine[] {
  const { features } = flights.stream
  const { from, to } = spanOf(flights, window)
  const cells = features.columns.map((column) => [column.name, cellsOf(column)] as const)
  const lines: TimedLine[] = []
  for (let row = from; row < to; row++) {
    const time = timeOf(flights, row)
    const said = answered === null ? {} : { score: answered.scores[row - from], version: answered.version }
    const event = {
      id: idOf(flights, row),
      type: 'prediction',
      model: MODEL,
      time,
      features: Object.fromEntries(cells.map(([name, cell]) => [name, cell(row)])),
      ...said,
    }
    lines.push({ time, line: JSON.stringify(event) })
  }
  return lines
}

function labelsOf(flights: FlightStream, window: number): TimedLine[] {
  const { labels } = flights.stream
  const { from, to } = spanOf(flights, window)
  const lines: TimedLine[] = []
  for (let row = from; row < to; row++) {
    const time = timeOf(flights, row) + MS_PER_DAY
    const predictionId = idOf(flights, row)
    const label = LABEL_CLASSES[labels[row] as 0 | 1]
    const event = { id: `${predictionId}-landed`, type: 'label', model: MODEL, time, predictionId, label }
    lines.push({ time, line: JSON.stringify(event) })
  }
  return lines
}

function idOf({ rowIds }: FlightStream, row: number): string {
  return `flight-${rowIds[row]}`
}

function timeOf({ times }: FlightStream, row: number): number {
  return times[row] as number
}

/** The value of a row as JSON has it. */
function cellsOf(column: Column): (row: number) => number | string | boolean | null {
  const { missing } = column
  const cell = (row: number) => {
    const value = column.values[row] as number
    if (column.kind === 'categorical') return column.categories[value] ?? null
    return column.kind === 'boolean' ? value === 1 : value
  }
  return (row) => (missing[row] === 1 ? null : cell(row))
}

export function spanOf({ stream }: FlightStream, window: number): { readonly from: number; readonly to: number } {
  const found = stream.windows[window]
  assert(found !== undefined, `there is no day ${window}`)
  return found
}

export function startOf({ stream }: FlightStream, window: number): number {
  const start = stream.windows[window]?.start
  assert(start !== undefined && start !== null, `day ${window} has no date`)
  return start
}
