import { z } from 'zod'
import { wilsonBounds } from '../../stats/interval/wilson.ts'
import { findFacts, type RowFacts } from '../row-facts.ts'
import { type Breach, ColumnName, defineRule, finding, MinRows, notMeasured, percent, StandardErrors } from './rule.ts'

const Share = z.number().min(0).max(1)

export const sourceCapRule = defineRule({
  id: 'source-cap',
  title: 'One source gives too many rows',
  source: 'Ours, against poisoned updates (Steinhardt, Koh & Liang 2017 bound the attack by the share of rows)',

  reads: 'rows',
  needs: 'row-facts',
  config: z.strictObject({
    rule: z.literal('source-cap'),
    column: ColumnName.describe('Column that names the source of a row.'),
    maxShare: Share.default(0.2).describe('Rows that any source may give. Share.'),
    maxRatio: z
      .number()
      .min(1)
      .max(100)
      .default(2)
      .describe('Largest multiple of its usual share, for a source that gives more than half of `maxShare`. Ratio.'),
    usual: z
      .record(z.string().max(1000), Share)
      .optional()
      .describe('Usual share of each source, by name; default: as in the trusted windows.'),
    standardErrors: StandardErrors,
    minRows: MinRows,
  }),

  check({ facts }, { column: name, maxShare, maxRatio, usual, standardErrors, minRows }) {
    if (!facts) return notMeasured('source-cap', 'the sources were not counted')
    const column = findFacts(facts.current, name)
    if (column === undefined) return notMeasured('source-cap', `there is no column '${name}'`)
    const rows = column.rows - column.missing
    if (rows < minRows) {
      const unchecked = { column: name, haveRows: rows, needRows: minRows, because: 'too few rows with a source' }
      return finding('source-cap', 0, { breaches: [], unchecked: [unchecked] })
    }
    if (column.kind === 'time') return notMeasured('source-cap', `'${name}' holds times, which name no source`)
    const before = usual === undefined ? usualShares(facts.reference, name) : new Map(Object.entries(usual))
    const breaches: Breach[] = []
    for (const [source, count] of column.tally ?? column.frequent) {
      const limit = limitOf(before.get(source) ?? 0, maxShare, maxRatio)
      if (wilsonBounds(count, rows, standardErrors).low <= limit) continue
      const observed = count / rows
      const text = `'${source}' of '${name}' gives ${percent(observed)} of ${rows} rows; at most ${percent(limit)} may come from it.`
      breaches.push({ rule: 'source-cap', column: name, observed, limit, rows, text })
    }
    return finding('source-cap', 1, { breaches, unchecked: [] })
  },
})

/** The multiple of the usual share, but never more than half way from there to all rows. */
function limitOf(usual: number, maxShare: number, maxRatio: number): number {
  return Math.max(maxShare, Math.min(maxRatio * usual, (1 + usual) / 2))
}

function usualShares(windows: readonly RowFacts[], name: string): Map<string, number> {
  const counts = new Map<string, number>()
  let rows = 0
  for (const window of windows) {
    const column = findFacts(window, name)
    if (column === undefined) continue
    rows += column.rows - column.missing
    for (const [source, count] of column.tally ?? column.frequent) counts.set(source, (counts.get(source) ?? 0) + count)
  }
  return new Map([...counts].map(([source, count]) => [source, count / rows]))
}
