import { hitRate } from './hit-rate.ts'
import { defineMetric } from './metric.ts'

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

  measure: (input, level) => hitRate(input, level, 'labelled'),
})
