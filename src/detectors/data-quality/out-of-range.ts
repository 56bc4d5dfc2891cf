import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { type Column, findColumn } from '../../data/frame.ts'
import type { NumericProfile } from '../../data/profile.ts'
import { deviateOf, surprisingShare } from '../../stats/hypothesis/surprising-share.ts'
import { defineDetector } from '../detector.ts'
import { ANY_FEATURE_ALPHA } from './chance/any-feature.ts'

/** The range of n rows is left by the next row with probability 2/(n + 1), whatever continuous distribution they have. */
const ENDS = 2

/**
 * The share of a numeric feature's values that lie beyond all of the version's training rows, by more than a margin.
 *
 * Beyond = below min − m or above max + m, m = margin × (max − min); infinite values are beyond. A steady feature has
 * 2/(n + 1) of its values beyond without any margin. Alarm when the share passes both the trifle and the limit of chance
 * around that at alpha divided by the number of numeric features. One impossible value among many rows is for a rule of
 * the contract, not for this.
 */
export const outOfRangeDetector = defineDetector({
  id: 'out-of-range',
  title: 'Values beyond the range seen in training',
  source: 'Wilks 1941 (what the range of a sample covers); Bonferroni 1936',
  reads: 'features',
  alarmsPerFeature: true,
  config: z.strictObject({
    detector: z.literal('out-of-range'),
    alpha: ANY_FEATURE_ALPHA,
    margin: z.number().min(0).max(100).default(0.1).describe('Widening of the range on either side. Share.'),
    maxShare: z.number().min(0).max(1).default(0.002).describe('Values beyond that are a trifle. Share.'),
    minRows: z.int().min(20).max(1e9).default(50).describe('Fewer values on either side are not evidence. Rows.'),
  }),

  start: () => null,

  measure(state, version, view, { alpha, margin, maxShare, minRows }) {
    const tested = version.reference.columns.filter((column): column is NumericProfile => column.kind === 'numeric')
    const z = deviateOf(alpha, Math.max(1, tested.length))
    const evidence = tested.map((column): Evidence => {
      const { count: before, min, max } = column.moments
      const room = margin * (max - min)
      const { beyond, rows: now } = rowsBeyond(findColumn(view.features, column.name), min - room, max + room)
      const rows = Math.min(before, now)
      const about = { detector: 'out-of-range', subject: column.name, rows }
      if (rows < minRows) return { kind: 'insufficient', ...about, needRows: minRows }
      const expected = { share: ENDS / (before + 1), rows: before, variance: ENDS / (before * before) }
      const threshold = Math.max(maxShare, surprisingShare(expected, now, z))
      const value = beyond / now
      return { kind: 'distance', ...about, value, unit: 'share', threshold, alarm: value >= threshold }
    })
    return { evidence, state }
  },
})

function rowsBeyond(column: Column | undefined, low: number, high: number): { beyond: number; rows: number } {
  let beyond = 0
  let rows = 0
  if (column?.kind !== 'numeric') return { beyond, rows }
  for (const [row, value] of column.values.entries()) {
    if (column.missing[row] === 1 || Number.isNaN(value)) continue
    rows++
    if (value < low || value > high) beyond++
  }
  return { beyond, rows }
}
