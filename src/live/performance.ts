import type { Scores } from '../data/labels.ts'
import { metricInput } from '../data/row-losses.ts'
import type { Task, TaskKind } from '../data/schema.ts'
import type { WindowRows } from '../data/window-rows.ts'
import { type MetricId, metrics } from '../stats/metrics/catalog.ts'
import type { WindowPerformance } from './turn.ts'

/** What is kept of every window, the first of them for a glance. */
const METRICS: Readonly<Record<TaskKind, readonly MetricId[]>> = {
  binary: ['auc', 'accuracy', 'log-loss'],
  multiclass: ['accuracy', 'log-loss'],
  regression: ['rmse', 'mae'],
}

/**
 * How well the answers of a window did: those that were given where the events tell all of them, else the live version's
 * on the same rows. Null where no metric can be measured on so few labels.
 */
export function performanceOn(
  task: Task,
  rows: WindowRows,
  live: { readonly version: number; readonly scores: Scores },
): WindowPerformance | null {
  const wasAnswered = rows.recorded !== null && !rows.recorded.some(Number.isNaN)
  const scores = wasAnswered && rows.recorded !== null ? rows.recorded : live.scores
  const input = metricInput(task, rows.labels, scores)
  const measured = METRICS[task.kind].flatMap((id) => {
    const seen = metrics.get(id).measure(input)
    if (seen.kind !== 'measured') return []
    const { low, high, level } = seen.interval
    return [{ metric: id, value: seen.value, low, high, level, rows: seen.rows }]
  })
  if (measured.length === 0) return null
  return { version: live.version, of: wasAnswered ? 'answers' : 'version', metrics: measured }
}
