import { z } from 'zod'
import { wilsonBounds } from '../../stats/interval/wilson.ts'
import { missingRise } from '../missing-values.ts'
import { type Breach, defineRule, finding, percent, StandardErrors, type Unchecked } from './rule.ts'

export const nullSpikeRule = defineRule({
  id: 'null-spike',
  title: 'More missing values than before',
  source: 'Schelter et al. 2018 (completeness checks); lower bound by Wilson 1927',

  reads: 'rows',
  config: z.strictObject({
    rule: z.literal('null-spike'),
    maxRatio: z
      .number()
      .min(1)
      .max(1000)
      .default(3)
      .describe('Largest multiple of the reference’s missing share. Ratio.'),
    maxRise: z.number().min(0).max(1).default(0.05).describe('Rise over the reference that is always allowed. Share.'),
    standardErrors: StandardErrors,
    minRows: z.int().min(1).max(1e9).default(50).describe('Fewer rows on either side are not evidence. Rows.'),
  }),

  check({ reference, current }, { maxRatio, maxRise, standardErrors, minRows }) {
    const breaches: Breach[] = []
    const unchecked: Unchecked[] = []
    for (const [at, column] of current.columns.entries()) {
      const before = reference.columns[at]
      const haveRows = Math.min(column.rows, before?.rows ?? 0)
      if (before === undefined || haveRows < minRows) {
        unchecked.push({ column: column.name, haveRows, needRows: minRows, because: 'too few rows' })
        continue
      }
      const { observed, before: share, limit, rows } = missingRise(before, column, { maxRatio, maxRise })
      if (wilsonBounds(column.missing, rows, standardErrors).low <= limit) continue
      const text =
        `${percent(observed)} of ${rows} rows have no '${column.name}'; ` +
        `it was ${percent(share)} in the reference and at most ${percent(limit)} is allowed.`
      breaches.push({ rule: 'null-spike', column: column.name, observed, limit, rows, text })
    }
    return finding('null-spike', current.columns.length - unchecked.length, { breaches, unchecked })
  },
})
