import { meanLoss } from './mean-loss.ts'
import { defineMetric, measured } from './metric.ts'
import { rowLosses } from './row-losses.ts'

/**
 * Root of the mean of (ŷ − y)². The interval is the normal one of the mean squared error with the root taken of both
 * ends: the same as the delta method in large samples, and it cannot go below 0. Needs two rows.
 */
export const rmse = defineMetric({
  id: 'rmse',
  title: 'Root mean squared error',
  tasks: ['regression'],
  better: 'lower',
  unit: 'label units',
  source: 'Willmott & Matsuura 2005',

  measure(input, level) {
    const squared = meanLoss(rowLosses(input, 'squared'), level)
    if (squared.kind === 'insufficient') return squared
    const { low, high } = squared.interval
    return measured(Math.sqrt(squared.value), { low: Math.sqrt(low), high: Math.sqrt(high), level }, squared.rows)
  },
})
