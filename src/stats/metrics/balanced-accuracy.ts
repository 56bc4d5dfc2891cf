import { meanOfShares } from '../interval/mover.ts'
import { confusion, hits } from './confusion.ts'
import { defineMetric, insufficient, measured } from './metric.ts'

/**
 * Mean recall of the classes that occur among the labels. The recalls rest on disjoint rows, so their Wilson limits
 * combine by MOVER. With fewer than two such classes it would be the recall of one: insufficient.
 */
export const balancedAccuracy = defineMetric({
  id: 'balanced-accuracy',
  title: 'Balanced accuracy',
  tasks: ['binary', 'multiclass'],
  better: 'higher',
  unit: 'share',
  source: 'Brodersen et al. 2010; Zou & Donner 2008 (interval)',

  measure(input, level) {
    const seen = confusion(input)
    const shares = Array.from(seen.labelled, (n, k) => ({ successes: hits(seen, k), n })).filter(({ n }) => n > 0)
    if (shares.length < 2) return insufficient(0, 1)
    const { value, interval } = meanOfShares(shares, level)
    return measured(value, interval, seen.rows)
  },
})
