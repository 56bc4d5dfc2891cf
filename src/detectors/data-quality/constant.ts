import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { type Column, findColumn } from '../../data/frame.ts'
import { deviateOf, surprisingShare } from '../../stats/hypothesis/surprising-share.ts'
import { defineDetector } from '../detector.ts'

/** Rows that hold one value, named by its text or number so that frames with other category codes agree. */
interface Majority {
  readonly value: string | number | null
  readonly rows: number
}

/**
 * Whether a feature that varied stands still: the share of rows that hold one and the same value.
 *
 * Looked at is the value that fills more than half of the window, if there is one; otherwise the value is 0. Expected is
 * the share of that value in the training rows, or of their own majority value where that is larger: what stood still
 * before may. Alarm when the share passes both `minShare` and the limit of chance at alpha divided by the number of
 * features. Missing rows take no part.
 */
export const constantDetector = defineDetector({
  id: 'constant',
  title: 'A feature stands still',
  source: 'Boyer & Moore 1981 (the majority value); limits of chance as Wilson 1927; Bonferroni 1936',
  reads: 'features',
  config: z.strictObject({
    detector: z.literal('constant'),
    alpha: z
      .number()
      .min(1e-9)
      .max(0.5)
      .default(0.001)
      .describe('Chance that any feature alarms in a window without change. Probability.'),
    minShare: z.number().min(0.51).max(1).default(0.98).describe('Rows with one value that count as still. Share.'),
    minRows: z.int().min(20).max(1e9).default(50).describe('Fewer values on either side are not evidence. Rows.'),
  }),

  start: () => null,

  measure(state, version, view, { alpha, minShare, minRows }) {
    const trained = version.training.features.columns.filter(({ kind }) => kind !== 'time')
    const z = deviateOf(alpha, Math.max(1, trained.length))
    const evidence = trained.map((column): Evidence => {
      const current = findColumn(view.features, column.name)
      const before = rowsWithValue(column)
      const now = current === undefined ? 0 : rowsWithValue(current)
      const rows = Math.min(before, now)
      const about = { detector: 'constant', subject: column.name, rows }
      if (current === undefined || rows < minRows) return { kind: 'insufficient', ...about, needRows: minRows }
      const still = majorityOf(current)
      const usual = Math.max(rowsHolding(column, still.value), majorityOf(column).rows) / before
      const threshold = Math.max(minShare, surprisingShare({ share: usual, rows: before }, now, z))
      const value = still.rows / now
      return { kind: 'distance', ...about, value, unit: 'share', threshold, alarm: value >= threshold }
    })
    return { evidence, state }
  },
})

/** What row `row` holds; null where it is missing. */
function valueAt(column: Column, row: number): string | number | null {
  const value = column.values[row]
  if (column.missing[row] === 1 || value === undefined || Number.isNaN(value)) return null
  return column.kind === 'categorical' ? (column.categories[value] ?? null) : value
}

function rowsWithValue(column: Column): number {
  let rows = 0
  for (let row = 0; row < column.values.length; row++) if (valueAt(column, row) !== null) rows++
  return rows
}

function rowsHolding(column: Column, value: Majority['value']): number {
  if (value === null) return 0
  let rows = 0
  for (let row = 0; row < column.values.length; row++) if (valueAt(column, row) === value) rows++
  return rows
}

/** The value of more than half of the rows that have one; no value and 0 rows when there is none. */
function majorityOf(column: Column): Majority {
  let candidate: Majority['value'] = null
  let lead = 0
  for (let row = 0; row < column.values.length; row++) {
    const value = valueAt(column, row)
    if (value === null) continue
    if (lead === 0) candidate = value
    lead += value === candidate ? 1 : -1
  }
  const rows = rowsHolding(column, candidate)
  return 2 * rows > rowsWithValue(column) ? { value: candidate, rows } : { value: null, rows: 0 }
}
