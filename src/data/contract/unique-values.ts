import { z } from 'zod'
import { findFacts } from '../row-facts.ts'
import { type Breach, ColumnName, defineRule, finding, notMeasured, percent, type Unchecked } from './rule.ts'

export const uniqueValuesRule = defineRule({
  id: 'unique-values',
  title: 'Ids that repeat',
  source: 'Schelter et al. 2018 (uniqueness checks)',

  reads: 'rows',
  needs: 'row-facts',
  config: z.strictObject({
    rule: z.literal('unique-values'),
    columns: z
      .array(ColumnName)
      .min(1)
      .max(1000)
      .describe('Columns in which every value may stand once; missing values do not count.'),
    maxShare: z.number().min(0).max(1).default(0).describe('Values that may repeat an earlier one. Share.'),
  }),

  check({ facts }, { columns, maxShare }) {
    if (!facts) return notMeasured('unique-values', 'the values were not measured')
    const breaches: Breach[] = []
    const unchecked: Unchecked[] = []
    for (const name of columns) {
      const column = findFacts(facts.current, name)
      const values = column === undefined ? 0 : column.rows - column.missing
      if (column === undefined || values === 0) {
        const because = column === undefined ? 'there is no such column' : 'the column has no value'
        unchecked.push({ column: name, haveRows: 0, needRows: 1, because })
        continue
      }
      const repeats = values - column.distinct
      if (repeats <= maxShare * values) continue
      const observed = repeats / values
      const text =
        `${repeats} of ${values} values of '${name}' repeat an earlier one (${percent(observed)}); ` +
        `${maxShare === 0 ? 'each may stand once' : `at most ${percent(maxShare)} may`}.`
      breaches.push({ rule: 'unique-values', column: name, observed, limit: maxShare, rows: values, text })
    }
    return finding('unique-values', columns.length - unchecked.length, { breaches, unchecked })
  },
})
