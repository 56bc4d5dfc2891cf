import type { Interval } from '../../base/evidence.ts'
import type { Labels, Scores } from '../../data/labels.ts'
import { metricInput } from '../../data/row-losses.ts'
import { scoresPerRow, type Task } from '../../data/schema.ts'
import { type MetricId, metrics } from '../../stats/metrics/catalog.ts'

/** Rows with a label and what the model said of them. */
export interface ScoredRows {
  readonly labels: Labels
  readonly scores: Scores
}

/** One metric in both files. */
export interface MetricChange {
  readonly metric: MetricId
  readonly reference: Reading
  readonly current: Reading
  /** current − reference, with its interval. */
  readonly change: number
  readonly interval: Interval
  /** How large a change has to be to matter. */
  readonly least: number
  readonly verdict: 'worse' | 'better' | 'steady'
}

interface Reading {
  readonly value: number
  readonly interval: Interval
  readonly rows: number
}

/** Half a point, or a tenth of the loss: what the change has to exceed beside its own error (docs/check.md). */
const LEAST_POINTS = 0.005
const LEAST_PART = 0.1

const GRADED: Readonly<Record<Task['kind'], readonly MetricId[]>> = {
  binary: ['accuracy', 'auc', 'log-loss'],
  multiclass: ['accuracy', 'balanced-accuracy'],
  regression: ['rmse', 'mae'],
}
const UNGRADED: readonly MetricId[] = ['accuracy', 'balanced-accuracy']

/**
 * How the model's quality changed from one file to the other. Worse: the change is beyond its 95 % interval, divided among
 * the metrics, and larger than half a point or 10 % of the reference's loss (1 − value where higher is better).
 *
 * @returns one line a metric that both files have rows enough for
 */
export function performanceChange(
  task: Task,
  reference: ScoredRows,
  current: ScoredRows,
  isGraded: boolean,
): readonly MetricChange[] {
  const ids = isGraded ? GRADED[task.kind] : UNGRADED
  const level = 1 - 0.05 / ids.length
  const inputs = [reference, current].map((rows) => metricInput(task, knownLabels(task, rows), rows.scores.map(orZero)))
  return ids.flatMap((id) => {
    const metric = metrics.get(id)
    const [before, now] = inputs.map((input) => metric.measure(input, level))
    if (before?.kind !== 'measured' || now?.kind !== 'measured') return []
    const change = now.value - before.value
    const interval = differenceInterval(before, now, level)
    const loss = metric.better === 'higher' ? 1 - before.value : before.value
    const points = metric.unit === 'label units' ? 0 : LEAST_POINTS
    const least = Math.max(points, LEAST_PART * loss)
    const isClear = (interval.low > 0 || interval.high < 0) && Math.abs(change) >= least
    const isBetter = change > 0 === (metric.better === 'higher')
    return [
      {
        metric: id,
        reference: reading(before),
        current: reading(now),
        change,
        interval,
        least,
        verdict: isClear ? (isBetter ? 'better' : 'worse') : 'steady',
      },
    ]
  })
}

function reading({ value, interval, rows }: Reading): Reading {
  return { value, interval, rows }
}

/** Zou & Donner 2008: the limits of a difference from the limits of its two parts. */
function differenceInterval(before: Reading, now: Reading, level: number): Interval {
  const change = now.value - before.value
  const low = Math.hypot(now.value - now.interval.low, before.interval.high - before.value)
  const high = Math.hypot(now.interval.high - now.value, before.value - before.interval.low)
  return { low: change - low, high: change + high, level }
}

/** A row without a prediction takes no part, as one without a label. */
function knownLabels(task: Task, { labels, scores }: ScoredRows): Labels {
  const width = scoresPerRow(task)
  return labels.map((label, row) => (Number.isNaN(scores[row * width]) ? Number.NaN : label))
}

function orZero(score: number): number {
  return Number.isNaN(score) ? 0 : score
}

/** What the changes say together: worse where any is. */
export function overallPerformance(changes: readonly MetricChange[]): 'worse' | 'better' | 'steady' | 'unknown' {
  if (changes.length === 0) return 'unknown'
  if (changes.some(({ verdict }) => verdict === 'worse')) return 'worse'
  return changes.some(({ verdict }) => verdict === 'better') ? 'better' : 'steady'
}
