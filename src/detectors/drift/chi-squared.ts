import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { findColumn } from '../../data/frame.ts'
import { type PairedCounts, pairedBins, pairedCategories } from '../../data/paired-counts.ts'
import { findColumnProfile } from '../../data/profile.ts'
import { chiSquared } from '../../stats/hypothesis/chi-squared.ts'
import { defineDetector, type WatchedVersion, type WindowView } from '../detector.ts'

/**
 * Whether any feature's distribution differs from the one in the version's training windows.
 *
 * X² over the feature's bins: categories (those of the training rows that are kept), yes and no, or at most 10 bins of a
 * number, and one for missing rows; sparse bins are pooled. Each feature is tested at alpha divided by the number of
 * features (Bonferroni), so that a window without drift alarms at all with probability about alpha (measured: up to
 * twice that, where .1 % of windows of 120 rows should alarm against 3,000). Of many rows it hears differences that do
 * not matter: read it beside a distance.
 */
export const chiSquaredDetector = defineDetector({
  id: 'chi-squared',
  title: 'Chi-squared test of two samples',
  source: 'Pearson 1900; Cochran 1954 (sparse bins); Bonferroni 1936',
  reads: 'features',
  alarmsPerFeature: true,
  config: z.strictObject({
    detector: z.literal('chi-squared'),
    alpha: z.number().min(1e-9).max(0.5).default(0.001).describe('Alarm at or below this p-value. Probability.'),
    bonferroni: z.boolean().default(true).describe('Divide alpha by the number of features tested.'),
    minRows: z.int().min(20).max(1e9).default(50).describe('Fewer rows on either side are not evidence. Rows.'),
  }),

  start: () => null,

  measure(state, version, view, { alpha, bonferroni, minRows }) {
    const { columns } = version.reference
    const level = bonferroni ? alpha / Math.max(1, columns.length) : alpha
    const evidence = columns.map(({ name }): Evidence => {
      const counts = countsOf(version, view, name)
      const rows = counts === null ? 0 : Math.min(sum(counts.before), sum(counts.now))
      const about = { detector: 'chi-squared', subject: name, rows }
      if (counts === null || rows < minRows) return { kind: 'insufficient', ...about, needRows: minRows }
      const { statistic, pValue } = chiSquared(counts.before, counts.now)
      return { kind: 'p-value', ...about, statistic, pValue, alpha: level, alarm: pValue <= level }
    })
    return { evidence, state }
  },
})

function countsOf({ reference, training }: WatchedVersion, view: WindowView, name: string): PairedCounts | null {
  const [trained, current] = [findColumn(training.features, name), findColumn(view.features, name)]
  if (trained?.kind === 'categorical') {
    return current?.kind === 'categorical' ? pairedCategories(trained, current) : null
  }
  const [before, now] = [findColumnProfile(reference, name), findColumnProfile(view.profile, name)]
  return before === undefined || now === undefined ? null : pairedBins(before, now)
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0)
}
