import { assert } from '../../base/assert.ts'
import type { DemoDifference, DemoFigure, DemoPhase } from '../../cli/demo-report.ts'
import { joined, type Labels, type Scores } from '../../data/labels.ts'
import { metricInput } from '../../data/row-losses.ts'
import { delongPair } from '../../stats/interval/delong.ts'
import { normalDeviate } from '../../stats/interval/level.ts'
import { normalMean } from '../../stats/interval/normal-mean.ts'
import { metrics } from '../../stats/metrics/catalog.ts'
import { rowLosses } from '../../stats/metrics/row-losses.ts'
import { windowsOf } from './inject.ts'
import type { FlightStream } from './stream.ts'

const LEVEL = 0.95
/** Nine significant digits: more than any figure here means, and free of the last bits' noise. */
const DIGITS = 9

/** What one policy's models said of the online flights, and what really happened. */
export interface Answers {
  readonly scores: Scores
  readonly outcomes: Labels
}

/** What a policy's versions said of the flights of a day; null where none answered them. */
export type SaidOfDay = (window: number) => Scores | null

/**
 * @param from first day that is looked at, by its number
 * @param span days; all from then on where left out
 */
export function answersOf(
  { stream, outcomes }: FlightStream,
  said: SaidOfDay,
  from: number,
  span?: { readonly from: string; readonly to: string },
): Answers {
  const { windows } = stream
  const scores: Scores[] = []
  const happened: Labels[] = []
  for (const window of span === undefined ? windows : windowsOf(span, windows)) {
    if (window.index < from) continue
    const answered = said(window.index)
    assert(answered !== null, `nothing answered the flights of day ${window.index}`)
    scores.push(answered)
    happened.push(outcomes.subarray(window.from, window.to))
  }
  return { scores: joined(scores, Float32Array), outcomes: joined(happened, Float64Array) }
}

/** Null where there are too few rows to measure it. */
export function figureOf(flights: FlightStream, metric: 'auc' | 'log-loss', answers: Answers): DemoFigure | null {
  const seen = metrics.get(metric).measure(metricInput(flights.stream.task, answers.outcomes, answers.scores), LEVEL)
  return seen.kind === 'insufficient' ? null : rounded(seen)
}

export function phaseOf(flights: FlightStream, id: string, answers: Answers): DemoPhase {
  const figure = (metric: 'auc' | 'log-loss') => figureOf(flights, metric, answers)
  return { id, auc: figure('auc'), logLoss: figure('log-loss') }
}

/** `ours` less `theirs` on the same rows, with paired intervals: DeLong for AUC, normal for the mean log loss. */
export function differenceOf(
  flights: FlightStream,
  against: DemoDifference['against'],
  ours: Answers,
  theirs: Answers,
): DemoDifference {
  const rows = ours.outcomes.length
  assert(theirs.outcomes.length === rows, 'policies answer the same flights')
  const pair = delongPair(ours.outcomes, ours.scores, theirs.scores)
  const reach = normalDeviate(LEVEL) * Math.sqrt(Math.max(0, pair.varA + pair.varB - 2 * pair.cov))
  const auc = pair.aucA - pair.aucB
  const losses = (answers: Answers) =>
    rowLosses(metricInput(flights.stream.task, answers.outcomes, answers.scores), 'log')
  const other = losses(theirs)
  const loss = normalMean(
    losses(ours).map((x, row) => x - (other[row] as number)),
    LEVEL,
  )
  return {
    against,
    auc: rounded({ value: auc, interval: { low: auc - reach, high: auc + reach, level: LEVEL }, rows }),
    logLoss: rounded({ value: loss.mean, interval: loss.interval, rows }),
  }
}

function rounded({ value, interval, rows }: DemoFigure): DemoFigure {
  const short = (x: number) => Number(x.toPrecision(DIGITS))
  return { value: short(value), interval: { ...interval, low: short(interval.low), high: short(interval.high) }, rows }
}
