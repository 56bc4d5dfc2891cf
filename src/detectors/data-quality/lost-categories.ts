import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { rowsByCategory } from '../../data/category-counts.ts'
import { type CategoricalColumn, findColumn } from '../../data/frame.ts'
import { fewerThanBefore } from '../../stats/hypothesis/fewer-than-before.ts'
import { defineDetector } from '../detector.ts'
import { ANY_FEATURE_ALPHA } from './chance/any-feature.ts'

/** A category that falls to less than this part of its old share is lost. */
const LEFT = 0.1

/**
 * The share of the version's training rows whose category has vanished.
 *
 * Looked at is each category that at least `minShare` of the training rows had. It is lost when its share fell below a
 * tenth of what it was and chance does not explain that: one-sided, at alpha divided by the number of such categories in
 * all features. Rows without a category take no part. A category that only becomes rarer is drift, not loss.
 */
export const lostCategoriesDetector = defineDetector({
  id: 'lost-categories',
  title: 'Frequent categories that vanished',
  source: 'Przyborowski & Wilenski 1940 (comparison of two counts); Bonferroni 1936',
  reads: 'features',
  alarmsPerFeature: true,
  config: z.strictObject({
    detector: z.literal('lost-categories'),
    alpha: ANY_FEATURE_ALPHA,
    minShare: z.number().min(0.001).max(1).default(0.02).describe('Rarer categories may vanish. Share.'),
    minRows: z.int().min(20).max(1e9).default(50).describe('Fewer rows on either side are not evidence. Rows.'),
  }),

  start: () => null,

  measure(state, version, view, { alpha, minShare, minRows }) {
    const trained = version.training.features.columns
      .filter((column): column is CategoricalColumn => column.kind === 'categorical')
      .map((column) => ({ name: column.name, ...frequentOf(rowsByCategory(column), minShare) }))
    const level =
      alpha /
      Math.max(
        1,
        trained.reduce((count, { frequent }) => count + frequent.length, 0),
      )
    const evidence = trained.map(({ name, frequent, rows: before }): Evidence => {
      const column = findColumn(view.features, name)
      const counts = column?.kind === 'categorical' ? rowsByCategory(column) : new Map<string, number>()
      const now = sum(counts.values())
      const rows = Math.min(before, now)
      const about = { detector: 'lost-categories', subject: name, rows }
      if (rows < minRows) return { kind: 'insufficient', ...about, needRows: minRows }
      if (frequent.length === 0) {
        const because = 'no category is frequent enough to be missed'
        return { kind: 'insufficient', ...about, needRows: rows + 1, because }
      }
      const lost = frequent.filter(([text, count]) => {
        const left = counts.get(text) ?? 0
        return left / now < (LEFT * count) / before && fewerThanBefore(count, before, left, now) <= level
      })
      const value = lost.reduce((share, [, count]) => share + count / before, 0)
      return { kind: 'distance', ...about, value, unit: 'share', threshold: minShare, alarm: value >= minShare }
    })
    return { evidence, state }
  },
})

function frequentOf(counts: ReadonlyMap<string, number>, minShare: number) {
  const rows = sum(counts.values())
  return { rows, frequent: [...counts].filter(([, count]) => count >= minShare * rows) }
}

function sum(counts: Iterable<number>): number {
  let total = 0
  for (const count of counts) total += count
  return total
}
