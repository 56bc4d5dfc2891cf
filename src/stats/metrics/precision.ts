import { hitRate } from './hit-rate.ts'
import { defineMetric } from './metric.ts'

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

  measure: (input, level) => hitRate(input, level, 'predicted'),
})
