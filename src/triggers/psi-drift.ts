import { z } from 'zod'
import { decideByAlarms } from './drift/alarmed-features.ts'
import { defineTrigger } from './trigger.ts'

/**
 * Retrain when the population stability index of enough features exceeds a threshold. The custom of the trade; it knows
 * nothing of the model, so a feature that the model ignores retrains it as well.
 */
export const psiDriftTrigger = defineTrigger({
  id: 'psi-drift',
  title: 'Feature drift (PSI)',
  source: 'Siddiqi 2006, Credit Risk Scorecards, ch. 8',
  holdsOut: 'newest',
  config: z.strictObject({
    trigger: z.literal('psi-drift'),
    threshold: z.number().min(0.001).max(100).default(0.2).describe('A feature drifted from this PSI on. Nats.'),
    minFeatures: z.int().min(1).max(10_000).default(1).describe('So many features must have drifted. Count.'),
  }),
  needs: ({ threshold }) => [{ detector: 'psi', options: { threshold } }],

  decide: (context, { threshold, minFeatures }) =>
    decideByAlarms(context, {
      by: 'psi-drift',
      detector: 'psi',
      minFeatures,
      unit: 'PSI',
      read: (e) => (e.kind === 'distance' && e.threshold === threshold ? { ...e, limit: threshold } : null),
    }),
})
