import { meanOfShares } from '../interval/mover.ts'
import { wilson } from '../interval/wilson.ts'
import { confusion, hitShares, hits } from './confusion.ts'
import { defineMetric, insufficient, measured } from './metric.ts'

/**
 * Share of the positive rows that are predicted positive; Wilson's interval on those rows. Without any: insufficient.
 *
 * Multiclass: mean over the classes seen as label or prediction (macro); one without a label counts 0, as in
 * scikit-learn (balanced accuracy leaves it out). The classes rest on disjoint rows: Wilson limits combined by MOVER.
 */
export const recall = defineMetric({
  id: 'recall',
  title: 'Recall',
  tasks: ['binary', 'multiclass'],
  better: 'higher',
  unit: 'share',
  source: 'van Rijsbergen 1979, ch. 7; Wilson 1927, Zou & Donner 2008 (interval)',

  measure(input, level) {
    const seen = confusion(input)
    if (input.kind === 'binary') {
      const rows = seen.labelled[1]!
      if (rows === 0) return insufficient(0, 1)
      return measured(hits(seen, 1) / rows, wilson(hits(seen, 1), rows, level), rows)
    }
    if (seen.rows === 0) return insufficient(0, 1)
    const { value, interval } = meanOfShares(hitShares(seen, seen.labelled), level)
    return measured(value, interval, seen.rows)
  },
})
