import { meanLoss } from './mean-loss.ts'
import { defineMetric } from './metric.ts'
import { rowLosses } from './row-losses.ts'

/** Mean of |ŷ − y|; normal interval on the per-row errors. Needs two rows. */
export const mae = defineMetric({
  id: 'mae',
  title: 'Mean absolute error',
  tasks: ['regression'],
  better: 'lower',
  unit: 'label units',
  source: 'Willmott & Matsuura 2005',

  measure: (input, level) => meanLoss(rowLosses(input, 'absolute'), level),
})
