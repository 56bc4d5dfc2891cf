import { meanLoss } from './mean-loss.ts'
import { defineMetric } from './metric.ts'
import { rowLosses } from './row-losses.ts'

/**
 * Mean of |ŷ − y| / |y| as a share (.1 = 10 %); normal interval on the per-row shares. A row whose label is 0 has no
 * percentage and is left out; `rows` counts the others. Needs two of them.
 */
export const mape = defineMetric({
  id: 'mape',
  title: 'Mean absolute percentage error',
  tasks: ['regression'],
  better: 'lower',
  unit: 'share',
  source: 'Makridakis 1993',

  measure(input, level) {
    const errors = rowLosses(input, 'absolute')
    const shares = errors.map((error, row) => {
      const label = input.labels[row]!
      return label === 0 ? Number.NaN : error / Math.abs(label)
    })
    return meanLoss(shares, level)
  },
})
