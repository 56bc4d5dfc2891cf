import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { type Column, findColumn } from '../../data/frame.ts'
import { deviateOf, surprisingShare } from '../../stats/hypothesis/surprising-share.ts'
import { defineDetector } from '../detector.ts'
import { ANY_FEATURE_ALPHA } from './chance/any-feature.ts'

interface Majority {
  /** Rows that hold the value of more than half of them; 0 where there is none. */
  readonly held: number
  /** Rows that have any value. */
  readonly rows: number
}

/**
 * Whether a feature that varied stands still: the share of rows that hold one and the same value.
 *
 * Looked at is the value that fills more than half of the window, if there is one; otherwise the share is 0. Alarm when it
 * passes both `minShare` and what chance explains where the training rows had a majority value too, whichever it was (a
 * value that half of them lacked fills no window by chance), at alpha divided by the number of features: what stood
 * still before may. Missing rows take no part.
 */
export const constantDetector = defineDetector({
  id: 'constant',
  title: 'A feature stands still',
  source: 'Boyer & Moore 1981 (the majority value); limits of chance as Wilson 1927; Bonferroni 1936',
  reads: 'features',
  alarmsPerFeature: true,
  config: z.strictObject({
    detector: z.literal('constant'),
    alpha: ANY_FEATURE_ALPHA,
    minShare: z.number().min(0.51).max(1).default(0.98).describe('Rows with one value that count as still. Share.'),
    minRows: z.int().min(20).max(1e9).default(50).describe('Fewer values on either side are not evidence. Rows.'),
  }),

  start: () => null,

  measure(state, version, view, { alpha, minShare, minRows }) {
    const trained = version.training.features.columns.filter(({ kind }) => kind !== 'time')
    const z = deviateOf(alpha, Math.max(1, trained.length))
    const evidence = trained.map((column): Evidence => {
      const current = findColumn(view.features, column.name)
      const before = majorityOf(column)
      const now = current === undefined ? { held: 0, rows: 0 } : majorityOf(current)
      const rows = Math.min(before.rows, now.rows)
      const about = { detector: 'constant', subject: column.name, rows }
      if (current === undefined || rows < minRows) return { kind: 'insufficient', ...about, needRows: minRows }
      const usual = before.held / before.rows
      const threshold = Math.max(minShare, surprisingShare({ share: usual, rows: before.rows }, now.rows, z))
      const value = now.held / now.rows
      return { kind: 'distance', ...about, value, unit: 'share', threshold, alarm: value >= threshold }
    })
    return { evidence, state }
  },
})

/** The value of more than half of the rows that have one, if there is one (Boyer & Moore), and how many have one. */
function majorityOf(column: Column): Majority {
  let candidate = Number.NaN
  let lead = 0
  let rows = 0
  const { values, missing } = column
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number
    if (missing[row] === 1 || Number.isNaN(value)) continue
    rows++
    if (lead === 0) candidate = value
    lead += value === candidate ? 1 : -1
  }
  const held = rowsHolding(column, candidate)
  return { held: 2 * held > rows ? held : 0, rows }
}

function rowsHolding({ values, missing }: Column, value: number): number {
  let held = 0
  for (let row = 0; row < values.length; row++) if (values[row] === value && missing[row] === 0) held++
  return held
}
