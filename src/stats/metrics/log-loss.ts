import { meanLoss } from './mean-loss.ts'
import { defineMetric } from './metric.ts'
import { rowLosses } from './row-losses.ts'

/** Mean of −ln P(the class that came true); normal interval on the per-row losses. Needs two rows. */
export const logLoss = defineMetric({
  id: 'log-loss',
  title: 'Log loss',
  tasks: ['binary', 'multiclass'],
  better: 'lower',
  unit: 'nats',
  source: 'Good 1952',

  measure: (input, level) => meanLoss(rowLosses(input, 'log'), level),
})
