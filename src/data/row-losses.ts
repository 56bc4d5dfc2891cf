import type { MetricInput } from '../stats/metrics/metric.ts'
import { type RowLoss, rowLosses } from '../stats/metrics/row-losses.ts'
import type { Labels, Scores } from './labels.ts'
import type { Task } from './schema.ts'

/** Rows in the form that metrics read. */
export function metricInput(task: Task, labels: Labels, scores: Scores): MetricInput {
  return { kind: task.kind, classes: task.kind === 'regression' ? 0 : task.classes.length, labels, scores }
}

/** What one row's loss is unless told otherwise: 0/1 for classes, squared error for regression. */
export function defaultRowLoss(task: Task): '0/1' | 'squared' {
  return task.kind === 'regression' ? 'squared' : '0/1'
}

/** Which loss of which task, in which unit. */
export interface LossTerms {
  readonly task: Task
  /** One that fits the task. */
  readonly loss: RowLoss
  /** Unit of the label, > 0, read for regression: absolute errors are divided by it, squared ones by its square. */
  readonly scale: number
}

/**
 * Loss of every row as `rowLosses`, free of the label's unit.
 *
 * @returns one loss a row, ≥ 0; NaN where the row has no label
 * @throws Fault DATA_INVALID when a labelled row has an impossible label or score
 */
export function lossesInUnits({ task, loss, scale }: LossTerms, labels: Labels, scores: Scores): Float64Array {
  const losses = rowLosses(metricInput(task, labels, scores), loss)
  const unit = loss === 'squared' ? scale * scale : loss === 'absolute' ? scale : 1
  return unit === 1 ? losses : losses.map((x) => x / unit)
}
