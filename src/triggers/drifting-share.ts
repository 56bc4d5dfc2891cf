import { z } from 'zod'
import type { Decision, Reason } from '../base/decision.ts'
import { defineTrigger } from './trigger.ts'

/** Most features that a reason names. */
const NAMED = 3

/**
 * Retrain when at least a share of the features drifts, by whichever detector says so feature by feature. A feature that
 * could not be measured counts neither as drifting nor as one of them. The detector runs with the options that `detectors`
 * or another trigger gives it; measured with several, a feature drifts where any of them alarms.
 */
export const driftingShareTrigger = defineTrigger({
  id: 'drifting-share',
  title: 'Share of drifting features',
  source: 'Keepfit, docs/deciding.md §7 (the dataset-drift rule of monitoring tools)',
  holdsOut: 'newest',
  config: z.strictObject({
    trigger: z.literal('drifting-share'),
    detector: z
      .string()
      .min(1)
      .max(100)
      .default('psi')
      .describe('Id of a detector that alarms feature by feature: psi, ks, … (`keepfit catalog detectors`).'),
    share: z.number().min(0.001).max(1).default(0.5).describe('So many of the features measured must drift. Share.'),
  }),
  needs: ({ detector }) => [{ detector }],

  decide({ evidence }, { detector, share }): Decision {
    const by = 'drifting-share'
    const alarms = new Map<string, boolean>()
    let rows = 0
    for (const seen of evidence) {
      if (seen.detector !== detector || !('alarm' in seen)) continue
      rows = Math.max(rows, seen.rows)
      alarms.set(seen.subject, seen.alarm || alarms.get(seen.subject) === true)
    }
    if (alarms.size === 0) {
      const text = `the detector ${detector} has measured no feature`
      return { kind: 'undecided', missing: ['rows'], because: [{ by, text }] }
    }
    const drifting = [...alarms].filter(([, alarm]) => alarm).map(([subject]) => subject)
    const value = drifting.length / alarms.size
    const named = drifting.slice(0, NAMED).map((name) => `'${name}'`)
    const more = drifting.length > NAMED ? [...named, '…'] : named
    const text = `${drifting.length} of ${alarms.size} features drift${more.length > 0 ? ` (${more.join(', ')})` : ''}`
    const because: Reason = { by, text, value, limit: share, rows }
    return { kind: value >= share ? 'retrain' : 'wait', because: [because] }
  },
})
