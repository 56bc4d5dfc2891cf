import { meanLoss } from './mean-loss.ts'
import { defineMetric } from './metric.ts'
import { rowLosses } from './row-losses.ts'

/**
 * Mean squared distance of the probabilities from what came true; normal interval on the per-row losses.
 * Binary: in [0, 1], of P(class 1). Multiclass: in [0, 2], summed over classes. Needs two rows.
 */
export const brier = defineMetric({
  id: 'brier',
  title: 'Brier score',
  tasks: ['binary', 'multiclass'],
  better: 'lower',
  unit: 'squared share',
  source: 'Brier 1950',

  measure: (input, level) => meanLoss(rowLosses(input, 'brier'), level, input.kind === 'binary' ? 1 : 2),
})
