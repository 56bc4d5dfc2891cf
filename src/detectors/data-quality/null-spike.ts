import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { missingRise } from '../../data/missing-values.ts'
import { findColumnProfile } from '../../data/profile.ts'
import { deviateOf, surprisingShare } from '../../stats/hypothesis/surprising-share.ts'
import { defineDetector } from '../detector.ts'
import { ANY_FEATURE_ALPHA } from './chance/any-feature.ts'

/**
 * How much of every feature is missing, against the version's training rows.
 *
 * Alarm when the missing share passes both the rise that is a trifle and the limit of chance (`surprisingShare`) at alpha
 * divided by the number of features: a window in which nothing changed alarms at all with probability ≤ alpha. The rule
 * of the same name measures the same and blocks a training; its limits are wider, as a training is lost by it.
 */
export const nullSpikeDetector = defineDetector({
  id: 'null-spike',
  title: 'More missing values than before',
  source: 'Schelter et al. 2018 (completeness checks); limits of chance as Wilson 1927; Bonferroni 1936',
  reads: 'features',
  alarmsPerFeature: true,
  config: z.strictObject({
    detector: z.literal('null-spike'),
    alpha: ANY_FEATURE_ALPHA,
    maxRatio: z.number().min(1).max(1000).default(1.25).describe('Multiple of the old share that is a trifle. Ratio.'),
    maxRise: z.number().min(0).max(1).default(0.01).describe('Rise over the old share that is a trifle. Share.'),
    minRows: z.int().min(20).max(1e9).default(50).describe('Fewer rows on either side are not evidence. Rows.'),
  }),

  start: () => null,

  measure(state, version, view, config) {
    const { columns } = version.reference
    const z = deviateOf(config.alpha, Math.max(1, columns.length))
    const evidence = columns.map((before): Evidence => {
      const now = findColumnProfile(view.profile, before.name)
      const rows = Math.min(before.rows, now?.rows ?? 0)
      const about = { detector: 'null-spike', subject: before.name, rows }
      if (now === undefined || rows < config.minRows)
        return { kind: 'insufficient', ...about, needRows: config.minRows }
      const rise = missingRise(before, now, config)
      const chance = surprisingShare({ share: rise.before, rows: before.rows }, now.rows, z)
      const threshold = Math.max(rise.limit, chance)
      const alarm = rise.observed >= threshold
      return { kind: 'distance', ...about, value: rise.observed, unit: 'share', threshold, alarm }
    })
    return { evidence, state }
  },
})
