import type { TaskKind } from '../../data/schema.ts'
import type { MetricId } from '../../stats/metrics/catalog.ts'

/** The metric of a task unless the configuration names one. */
export const DEFAULT_METRIC: Readonly<Record<TaskKind, MetricId>> = {
  binary: 'auc',
  multiclass: 'accuracy',
  regression: 'rmse',
}
