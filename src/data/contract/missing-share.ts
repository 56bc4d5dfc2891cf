import { z } from 'zod'
import { wilsonBounds } from '../../stats/interval/wilson.ts'
import {
  type Breach,
  ColumnName,
  defineRule,
  finding,
  MinRows,
  percent,
  StandardErrors,
  type Unchecked,
} from './rule.ts'

const Share = z.number().min(0).max(1)

export const missingShareRule = defineRule({
  id: 'missing-share',
  title: 'Too many missing values',
  source: 'Schelter et al. 2018 (completeness checks); lower bound by Wilson 1927',

  reads: 'rows',
  config: z.strictObject({
    rule: z.literal('missing-share'),
    maxShare: Share.default(0.5).describe('Rows of any column that may have no value. Share.'),
    columns: z
      .record(ColumnName, Share.describe('Rows that may have no value. Share.'))
      .default({})
      .describe('The same for single columns, by name.'),
    standardErrors: StandardErrors,
    minRows: MinRows,
  }),

  check({ current, facts }, { maxShare, columns, standardErrors, minRows }) {
    const breaches: Breach[] = []
    const unchecked: Unchecked[] = []
    // The rows as they came know columns that nothing is learned from, too.
    const found = new Map((facts?.current.columns ?? current.columns).map((column) => [column.name, column]))
    const own = new Map(Object.entries(columns))
    const names = new Set([...own.keys(), ...found.keys()])
    for (const name of names) {
      const { rows, missing } = found.get(name) ?? { rows: 0, missing: 0 }
      if (rows < minRows) {
        const because = found.has(name) ? 'too few rows' : 'there is no such column'
        unchecked.push({ column: name, haveRows: rows, needRows: minRows, because })
        continue
      }
      const limit = own.get(name) ?? maxShare
      if (missing === 0 || wilsonBounds(missing, rows, standardErrors).low <= limit) continue
      const observed = missing / rows
      const text = `${percent(observed)} of ${rows} rows have no '${name}'; at most ${percent(limit)} may.`
      breaches.push({ rule: 'missing-share', column: name, observed, limit, rows, text })
    }
    return finding('missing-share', names.size - unchecked.length, { breaches, unchecked })
  },
})
