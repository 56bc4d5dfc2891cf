import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { rowsByCategory } from '../../data/category-counts.ts'
import { type Column, findColumn } from '../../data/frame.ts'
import { deviateOf, surprisingShare } from '../../stats/hypothesis/surprising-share.ts'
import { defineDetector } from '../detector.ts'
import { ANY_FEATURE_ALPHA } from './chance/any-feature.ts'

/**
 * The share of rows whose category was never seen in the version's training rows.
 *
 * Some novelty is normal: of n training rows with f₁ categories seen once, the next row is new with probability about
 * f₁/n, give or take √(f₁(1 − f₁/n) + 2f₂)/n. Alarm when the share passes both that expectation by a trifle
 * and the limit of chance around it at alpha divided by the number of categorical features. Rows without a category
 * take no part.
 */
export const newCategoriesDetector = defineDetector({
  id: 'new-categories',
  title: 'Categories never seen in training',
  source: 'Good 1953 (Turing’s estimate of the unseen); Esty 1983 (its error); Bonferroni 1936',
  reads: 'features',
  alarmsPerFeature: true,
  config: z.strictObject({
    detector: z.literal('new-categories'),
    alpha: ANY_FEATURE_ALPHA,
    maxRise: z.number().min(0).max(1).default(0.005).describe('New categories that are a trifle. Share.'),
    minRows: z.int().min(20).max(1e9).default(50).describe('Fewer rows on either side are not evidence. Rows.'),
  }),

  start: () => null,

  measure(state, version, view, { alpha, maxRise, minRows }) {
    const trained = version.training.features.columns.filter((column) => column.kind === 'categorical')
    const z = deviateOf(alpha, Math.max(1, trained.length))
    const evidence = trained.map((column): Evidence => {
      const seen = rowsByCategory(column)
      const before = sum(seen.values())
      const { unseen, rows: now } = unseenRows(findColumn(view.features, column.name), seen)
      const rows = Math.min(before, now)
      const about = { detector: 'new-categories', subject: column.name, rows }
      if (rows < minRows) return { kind: 'insufficient', ...about, needRows: minRows }
      const expected = expectedUnseen(seen, before)
      const threshold = Math.max(expected.share + maxRise, surprisingShare({ ...expected, rows: before }, now, z))
      const value = unseen / now
      return { kind: 'distance', ...about, value, unit: 'share', threshold, alarm: value >= threshold }
    })
    return { evidence, state }
  },
})

function unseenRows(column: Column | undefined, seen: ReadonlyMap<string, number>): { unseen: number; rows: number } {
  if (column?.kind !== 'categorical') return { unseen: 0, rows: 0 }
  let unseen = 0
  let rows = 0
  for (const [text, count] of rowsByCategory(column)) {
    rows += count
    if (!seen.has(text)) unseen += count
  }
  return { unseen, rows }
}

/** Turing's estimate of the chance that the next row is of a new category, with Esty's variance. */
function expectedUnseen(seen: ReadonlyMap<string, number>, rows: number): { share: number; variance: number } {
  let once = 0
  let twice = 0
  for (const count of seen.values()) {
    if (count === 1) once++
    if (count === 2) twice++
  }
  const share = once / rows
  return { share, variance: (once * (1 - share) + 2 * twice) / (rows * rows) }
}

function sum(counts: Iterable<number>): number {
  let total = 0
  for (const count of counts) total += count
  return total
}
