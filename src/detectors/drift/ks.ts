import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { type ColumnProfile, findColumnProfile, type NumericProfile } from '../../data/profile.ts'
import { ksFromCounts } from '../../stats/hypothesis/ks.ts'
import { defineDetector } from '../detector.ts'

/**
 * Whether a numeric feature's distribution differs from the one in the version's training windows.
 *
 * D = max |F(x) − G(x)| at the edges of the profile's fine bins, so the test can only become more cautious than on the
 * raw values. Missing rows take no part. Each feature is tested at alpha divided by the number of features (Bonferroni),
 * so that a window without drift alarms at all with probability ≤ alpha; without it each feature is tested at alpha.
 */
export const ksDetector = defineDetector({
  id: 'ks',
  title: 'Two-sample Kolmogorov–Smirnov test',
  source: 'Smirnov 1948; Bonferroni 1936',
  reads: 'features',
  alarmsPerFeature: true,
  config: z.strictObject({
    detector: z.literal('ks'),
    alpha: z.number().min(1e-9).max(0.5).default(0.001).describe('Alarm at or below this p-value. Probability.'),
    bonferroni: z.boolean().default(true).describe('Divide alpha by the number of features tested.'),
    minRows: z.int().min(20).max(1e9).default(50).describe('Fewer values on either side are not evidence. Rows.'),
  }),

  start: () => null,

  measure(state, version, view, { alpha, bonferroni, minRows }) {
    const tested = version.reference.columns.filter(isNumeric)
    const level = bonferroni ? alpha / tested.length : alpha
    const evidence = tested.map((reference): Evidence => {
      const current = findColumnProfile(view.profile, reference.name)
      const rows = Math.min(valuesOf(reference), current === undefined ? 0 : valuesOf(current))
      const about = { detector: 'ks', subject: reference.name, rows }
      if (current === undefined || rows < minRows) return { kind: 'insufficient', ...about, needRows: minRows }
      const { statistic, pValue } = ksFromCounts(reference.counts, current.counts)
      return { kind: 'p-value', ...about, statistic, pValue, alpha: level, alarm: pValue <= level }
    })
    return { evidence, state }
  },
})

function isNumeric(column: ColumnProfile): column is NumericProfile {
  return column.kind === 'numeric'
}

function valuesOf(column: ColumnProfile): number {
  return column.rows - column.missing
}
