import { type RecordedStream, recordedStream } from '../../backtest/stream.ts'
import { assert } from '../../base/assert.ts'
import { MS_PER_DAY } from '../../base/units.ts'
import { type Column, type Frame, findColumn, frame } from '../../data/frame.ts'
import type { Labels } from '../../data/labels.ts'
import { type Window, windowsByTime } from '../../data/windows.ts'
import type { Incident } from './incidents.ts'
import { inject } from './inject.ts'

/** What a model may learn from: all of it is known as the flight leaves. */
export const FEATURES = [
  'hour',
  'weekday',
  'origin',
  'destination',
  'distance',
  'late_here',
  'late_everywhere',
] as const

/** What becomes of a flight; the second is what is predicted. */
export const LABEL_CLASSES = ['on time', 'late'] as const

/** The flights as every policy sees them, day by day. */
export interface FlightStream {
  readonly stream: RecordedStream
  readonly rowIds: ArrayLike<number>
  /** When each flight left, in ms since 1970 UTC. */
  readonly times: Float64Array
  /** What really happened, one a row: quality is measured on it. */
  readonly outcomes: Labels
  /** What a training job with the wrong join learns from. */
  readonly misjoined: Labels
}

export interface FlightStreamOptions {
  readonly incidents: readonly Incident[]
  /** Days before the first decision: the first version learns from them. */
  readonly warmupDays: number
  /** Newest days that a training learns from. */
  readonly rollingDays: number
  readonly seed: number
}

/** Cuts flights into windows of one day and lets the incidents happen to them. */
export function flightStream(flights: Frame, options: FlightStreamOptions): FlightStream {
  const windows: Window[] = windowsByTime(numbers(flights, 'date'), MS_PER_DAY)
  const distance = called(flights, 'distance')
  const hour = called(flights, 'hour')
  assert(distance.kind === 'numeric' && hour.kind === 'numeric', 'distance and hour are numbers')
  const labels = numbers(flights, 'late')
  const injected = inject({ windows, distance, hour, labels }, options.incidents, options.seed)
  const features = frame(FEATURES.map((name) => (name === 'distance' ? injected.distance : called(flights, name))))
  const recorded = recordedStream({
    task: { kind: 'binary', classes: LABEL_CLASSES },
    features,
    labels: injected.labels,
    windows,
    warmupWindows: options.warmupDays,
  })
  return {
    stream: { ...recorded, rollingWindows: options.rollingDays },
    rowIds: numbers(flights, 'id'),
    times: numbers(flights, 'date'),
    outcomes: injected.outcomes,
    misjoined: injected.misjoined,
  }
}

function called(flights: Frame, name: string): Column {
  const column = findColumn(flights, name)
  assert(column !== undefined, `flights have no column '${name}'`)
  return column
}

function numbers(flights: Frame, name: string): Float64Array {
  const column = called(flights, name)
  assert(column.kind === 'numeric' || column.kind === 'time', `'${name}' is not numeric`)
  return column.values
}
