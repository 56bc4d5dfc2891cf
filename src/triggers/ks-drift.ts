import { z } from 'zod'
import { decideByAlarms } from './drift/alarmed-features.ts'
import { defineTrigger } from './trigger.ts'

/**
 * Retrain when a two-sample Kolmogorov–Smirnov test rejects for enough numeric features. With many rows everything is
 * significant: a p-value says that a change is real, never that it matters.
 */
export const ksDriftTrigger = defineTrigger({
  id: 'ks-drift',
  title: 'Feature drift (Kolmogorov–Smirnov)',
  source: 'Smirnov 1948',
  holdsOut: 'newest',
  config: z.strictObject({
    trigger: z.literal('ks-drift'),
    alpha: z.number().min(1e-9).max(0.5).default(0.001).describe('A feature drifted up to this p-value. Probability.'),
    bonferroni: z.boolean().default(true).describe('Divide alpha by the number of features tested.'),
    minFeatures: z.int().min(1).max(10_000).default(1).describe('So many features must have drifted. Count.'),
  }),
  needs: ({ alpha, bonferroni }) => [{ detector: 'ks', options: { alpha, bonferroni } }],

  decide(context, { alpha, bonferroni, minFeatures }) {
    const tested = new Set(context.evidence.filter((e) => e.detector === 'ks').map((e) => e.subject)).size
    const level = bonferroni ? alpha / tested : alpha
    return decideByAlarms(context, {
      by: 'ks-drift',
      detector: 'ks',
      minFeatures,
      unit: 'p-value',
      read: (e) =>
        e.kind === 'p-value' && e.alpha === level ? { value: e.pValue, limit: level, alarm: e.alarm } : null,
    })
  },
})
