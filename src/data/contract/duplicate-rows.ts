import { z } from 'zod'
import { wilsonBounds } from '../../stats/interval/wilson.ts'
import { defineRule, finding, MinRows, notMeasured, percent, StandardErrors } from './rule.ts'

export const duplicateRowsRule = defineRule({
  id: 'duplicate-rows',
  title: 'Rows delivered twice',
  source: 'Schelter et al. 2018 (uniqueness checks); a rise over what equal rows there always were',

  reads: 'rows',
  needs: 'row-facts',
  config: z.strictObject({
    rule: z.literal('duplicate-rows'),
    maxShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe('Rows that may equal an earlier one of the window in every column. Share.'),
    maxRise: z
      .number()
      .min(0)
      .max(1)
      .default(0.03)
      .describe('Rise over the trusted windows that is always allowed. Share.'),
    standardErrors: StandardErrors,
    minRows: MinRows,
  }),

  check({ facts }, { maxShare, maxRise, standardErrors, minRows }) {
    if (!facts) return notMeasured('duplicate-rows', 'equal rows were not counted')
    const { rows, duplicates } = facts.current
    if (rows < minRows) {
      const unchecked = { column: null, haveRows: rows, needRows: minRows, because: 'too few rows' }
      return finding('duplicate-rows', 0, { breaches: [], unchecked: [unchecked] })
    }
    const natural = facts.reference.filter((one) => one.rows > 0).map((one) => one.duplicates / one.rows)
    const limit = Math.min(1, natural.length === 0 ? maxShare : Math.max(maxShare, Math.max(...natural) + maxRise))
    if (duplicates === 0 || wilsonBounds(duplicates, rows, standardErrors).low <= limit)
      return finding('duplicate-rows', 1, { breaches: [], unchecked: [] })
    const observed = duplicates / rows
    const text = `${duplicates} of ${rows} rows equal an earlier one (${percent(observed)}); at most ${percent(limit)} may.`
    const breach = { rule: 'duplicate-rows', column: null, observed, limit, rows, text }
    return finding('duplicate-rows', 1, { breaches: [breach], unchecked: [] })
  },
})
