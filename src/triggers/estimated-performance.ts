import { z } from 'zod'
import type { Decision } from '../base/decision.ts'
import { isHigherBetter } from './performance/reading.ts'
import { defineTrigger } from './trigger.ts'

/** The metrics that each detector can estimate without labels (`detectors/label-free`), the default first. */
const ESTIMATED = {
  cbpe: ['accuracy', 'auc', 'f1', 'precision', 'recall'],
  pape: ['accuracy', 'auc', 'f1', 'precision', 'recall'],
  dle: ['mae', 'rmse'],
} as const

/** Those of two classes that are not estimated unless somebody asks. */
const ON_REQUEST: readonly string[] = ['precision', 'recall']

/**
 * Hints at a retraining when the performance that is estimated without labels falls below its baseline by more than a
 * share of it. Such an estimate believes the model's own scores: it is blind to a changed concept and wrong where the
 * model is. So it is a hint and nothing more: a configuration in which hints alone could start a training is refused
 * (`triggers/catalog.ts`); it counts inside an `all-of` or `at-least` where somebody who measures agrees.
 */
export const estimatedPerformanceTrigger = defineTrigger({
  id: 'estimated-performance',
  title: 'Estimated performance (a hint)',
  source: 'Garg et al. 2022; Kivimäki et al. 2025 (estimates of performance without labels)',
  holdsOut: 'newest',
  config: z
    .strictObject({
      trigger: z.literal('estimated-performance'),
      detector: z.enum(['cbpe', 'pape', 'dle']).default('cbpe').describe('Id of the detector that estimates.'),
      metric: z
        .enum([...ESTIMATED.cbpe, ...ESTIMATED.dle])
        .optional()
        .describe('Which estimate is watched; default: accuracy, with dle mae.'),
      relative: z
        .number()
        .min(0.001)
        .max(1)
        .default(0.05)
        .describe('How much worse than the baseline is allowed, in parts of the baseline. Share.'),
      sure: z.boolean().default(true).describe('Only when the whole interval of the estimate lies beyond the limit.'),
    })
    .superRefine(({ detector, metric }, check) => {
      const can: readonly string[] = ESTIMATED[detector]
      if (metric !== undefined && !can.includes(metric))
        check.addIssue({
          code: 'custom',
          path: ['metric'],
          message: `must be one that ${detector} estimates: ${can.join(', ')}; got '${metric}'`,
        })
    }),
  needs({ detector, metric }) {
    const isExtra = metric !== undefined && ON_REQUEST.includes(metric)
    return [isExtra ? { detector, options: { metrics: [metric] } } : { detector }]
  },

  decide({ evidence }, { detector, metric: watched, relative, sure }): Decision {
    const by = 'estimated-performance'
    const metric = watched ?? ESTIMATED[detector][0]
    const seen = evidence.find((e) => e.detector === detector && e.subject === metric)
    if (seen === undefined) {
      const text = `the detector ${detector} gives no estimate of ${metric}`
      return { kind: 'undecided', missing: ['baseline'], because: [{ by, text }] }
    }
    if (seen.kind !== 'estimate') {
      const text = `${metric} cannot be estimated from ${seen.rows} rows`
      return { kind: 'undecided', missing: ['rows'], because: [{ by, text, rows: seen.rows }] }
    }
    const { value, interval, baseline, rows } = seen
    if (baseline === undefined) {
      const text = `nobody knows what ${metric} was when nothing was wrong`
      return { kind: 'undecided', missing: ['baseline'], because: [{ by, text, rows }] }
    }
    const isHigher = isHigherBetter(metric)
    const limit = baseline + (isHigher ? -1 : 1) * relative * Math.abs(baseline)
    // The nearer end of the interval: beyond the limit, all of it is.
    const told = sure ? (isHigher ? interval.high : interval.low) : value
    const isWorse = isHigher ? told < limit : told > limit
    const reach = `${value.toPrecision(4)} [${interval.low.toPrecision(4)}, ${interval.high.toPrecision(4)}]`
    const text = `${metric} is estimated at ${reach} without labels; at worst ${limit.toPrecision(4)} is expected`
    return { kind: isWorse ? 'retrain' : 'wait', because: [{ by, text, value, limit, rows }] }
  },
})
