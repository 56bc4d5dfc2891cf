import { wilson } from '../interval/wilson.ts'
import { confusion, hits } from './confusion.ts'
import { defineMetric, insufficient, measured } from './metric.ts'

/** Share of rows given their own class; Wilson's interval. */
export const accuracy = defineMetric({
  id: 'accuracy',
  title: 'Accuracy',
  tasks: ['binary', 'multiclass'],
  better: 'higher',
  unit: 'share',
  source: 'Wilson 1927 (interval)',

  measure(input, level) {
    const seen = confusion(input)
    if (seen.rows === 0) return insufficient(0, 1)
    let right = 0
    for (let k = 0; k < seen.classes; k++) right += hits(seen, k)
    return measured(right / seen.rows, wilson(right, seen.rows, level), seen.rows)
  },
})
