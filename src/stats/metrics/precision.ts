import { meanOfShares } from '../interval/mover.ts'
import { wilson } from '../interval/wilson.ts'
import { confusion, hitShares, hits } from './confusion.ts'
import { defineMetric, insufficient, measured } from './metric.ts'

/**
 * Share of the rows predicted positive that are positive; Wilson's interval on those rows. Without any: insufficient.
 *
 * Multiclass: mean over the classes seen as label or prediction (macro); one never predicted counts 0, as in
 * scikit-learn. Given the predictions the classes rest on disjoint rows, so their Wilson limits combine by MOVER.
 */
export const precision = defineMetric({
  id: 'precision',
  title: 'Precision',
  tasks: ['binary', 'multiclass'],
  better: 'higher',
  unit: 'share',
  source: 'van Rijsbergen 1979, ch. 7; Wilson 1927, Zou & Donner 2008 (interval)',

  measure(input, level) {
    const seen = confusion(input)
    if (input.kind === 'binary') {
      const rows = seen.predicted[1]!
      if (rows === 0) return insufficient(0, 1)
      return measured(hits(seen, 1) / rows, wilson(hits(seen, 1), rows, level), rows)
    }
    if (seen.rows === 0) return insufficient(0, 1)
    const { value, interval } = meanOfShares(hitShares(seen, seen.predicted), level)
    return measured(value, interval, seen.rows)
  },
})
