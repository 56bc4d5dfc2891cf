import type { ReplayResult } from '../../backtest/replay.ts'
import { assert } from '../../base/assert.ts'
import type { DemoDifference, DemoFigure, DemoPhase } from '../../cli/demo-report.ts'
import type { Labels, Scores } from '../../data/labels.ts'
import { metricInput } from '../../data/row-losses.ts'
import { delongPair } from '../../stats/interval/delong.ts'
import { normalDeviate } from '../../stats/interval/level.ts'
import { normalMean } from '../../stats/interval/normal-mean.ts'
import { metrics } from '../../stats/metrics/catalog.ts'
import { rowLosses } from '../../stats/metrics/row-losses.ts'
import { windowsOf } from './inject.ts'
import type { FlightModels } from './models.ts'
import type { FlightStream } from './stream.ts'

const LEVEL = 0.95
/** Nine significant digits: more than any figure here means, and free of the last bits' noise. */
const DIGITS = 9

/** What one policy's models said of the online flights, and what really happened. */
export interface Answers {
  readonly scores: Scores
  readonly outcomes: Labels
}

/** @param span days; all online days where left out */
export function answersOf(
  flights: FlightStream,
  models: FlightModels,
  { serving }: Pick<ReplayResult, 'serving'>,
  span?: { readonly from: string; readonly to: string },
): Answers {
  const { windows, warmupWindows } = flights.stream
  const wanted = new Set((span === undefined ? windows : windowsOf(span, windows)).map((window) => window.index))
  const scores: Scores[] = []
  const outcomes: Labels[] = []
  for (const [at, model] of serving.entries()) {
    const window = windows[warmupWindows + at]
    if (window === undefined || !wanted.has(window.index)) continue
    scores.push(models.asRecorded.scores(model, window.index))
    outcomes.push(flights.outcomes.subarray(window.from, window.to))
  }
  return {
    scores: Float32Array.from(scores.flatMap((part) => Array.from(part))),
    outcomes: Float64Array.from(outcomes.flatMap((part) => Array.from(part))),
  }
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
