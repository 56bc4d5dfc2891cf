import { z } from 'zod'
import { wilsonBounds } from '../../stats/interval/wilson.ts'
import type { LateColumn } from '../lateness.ts'
import type { LoneScore } from '../lone-scores.ts'
import {
  type Breach,
  ColumnName,
  defineRule,
  finding,
  notMeasured,
  percent,
  StandardErrors,
  type Unchecked,
} from './rule.ts'

/** Standard errors by which a share must pass its limit: many columns are looked at, and a leak is rare. */
const STANDARD_ERRORS = 3
/** A class that is nearly all rows is also nearly all rows with a value. */
const LARGEST_CLASS = 0.8
/** Labelled and unlabelled rows, fewer of which tell nothing of each other. */
const FEWEST_OF_EACH = 30

export const leakageRule = defineRule({
  id: 'leakage',
  title: 'Column that gives the label away',
  source: 'Kaufman et al. 2012 (leakage); cross-fitted AUC or R² of single columns, and presence by label',

  reads: 'labels',
  needs: 'label-facts',
  config: z.strictObject({
    rule: z.literal('leakage'),
    maxAuc: z
      .number()
      .min(0.5)
      .max(1)
      .default(0.98)
      .describe('AUC from which a column alone predicts too well. Probability.'),
    maxR2: z.number().min(0).max(1).default(0.98).describe('R² of the label’s ranks, for numbers. Share.'),
    maxPresence: z
      .number()
      .min(0.5)
      .max(1)
      .default(0.9)
      .describe('How surely the presence of a value may tell the label, or that there is one. Share.'),
    except: z
      .array(ColumnName)
      .max(1000)
      .default([])
      .describe('Columns that are known before the outcome all the same.'),
    standardErrors: StandardErrors,
    minRows: z.int().min(20).max(1e9).default(50).describe('Rows with a value, fewer of which are not evidence. Rows.'),
  }),

  check({ labels }, { maxAuc, maxR2, maxPresence, except, standardErrors, minRows }) {
    if (!labels) return notMeasured('leakage', 'the labels were not measured')
    const { alone, late, labelled } = labels.current
    const breaches: Breach[] = []
    const unchecked: Unchecked[] = []
    let checked = 0
    for (const score of alone) {
      if (except.includes(score.column)) continue
      if (score.value === null) {
        const because = 'too few labelled rows of two classes'
        unchecked.push({ column: score.column, haveRows: labelled, needRows: labelled + 1, because })
        continue
      }
      checked++
      const presence = late.find(({ column }) => column === score.column)
      const breach =
        lone(score, score.measure === 'auc' ? maxAuc : maxR2, standardErrors) ??
        after(presence, { maxPresence, minRows })
      if (breach !== null) breaches.push(breach)
    }
    return finding('leakage', checked, { breaches, unchecked })
  },
})

function lone({ column, measure, value, error, rows }: LoneScore, limit: number, errors: number): Breach | null {
  if (value === null || value - errors * error < limit) return null
  const name = measure === 'auc' ? 'an AUC' : 'an R² of ranks'
  const text = `'${column}' alone predicts the label with ${name} of ${value.toFixed(3)} on ${rows} rows; below ${limit} is expected. Is it known before the outcome?`
  return { rule: 'leakage', column, observed: value, limit, rows, text }
}

/** Whether a value stands there only once the outcome is known, or only with one class. */
function after(
  presence: LateColumn | undefined,
  { maxPresence, minRows }: { readonly maxPresence: number; readonly minRows: number },
): Breach | null {
  if (presence === undefined) return null
  const { column, labelled, unlabelled, byClass } = presence
  const bounds = (share: { present: number; rows: number }) => wilsonBounds(share.present, share.rows, STANDARD_ERRORS)
  if (Math.min(labelled.rows, unlabelled.rows) >= FEWEST_OF_EACH) {
    const gap = Math.abs(labelled.present / labelled.rows - unlabelled.present / unlabelled.rows)
    const [one, other] = [bounds(labelled), bounds(unlabelled)]
    const sure = Math.max(one.low - other.high, other.low - one.high)
    if (sure > maxPresence - 0.5 && gap >= maxPresence) {
      const text = `'${column}' has a value in ${percent(labelled.present / labelled.rows)} of ${labelled.rows} labelled rows and in ${percent(unlabelled.present / unlabelled.rows)} of ${unlabelled.rows} others: it comes with the label.`
      return { rule: 'leakage', column, observed: gap, limit: maxPresence, rows: labelled.rows + unlabelled.rows, text }
    }
  }
  const { present, rows } = labelled
  if (present < minRows) return null
  for (const own of byClass) {
    const purity = own.present / present
    if (own.rows > LARGEST_CLASS * rows || own.present < 0.99 * present) continue
    if (wilsonBounds(own.present, present, STANDARD_ERRORS).low < Math.min(maxPresence, (own.rows / rows + 1) / 2))
      continue
    const text = `'${column}' has a value in ${present} of ${rows} labelled rows, and ${percent(purity)} of those are '${own.name}': it is known only after the outcome.`
    return { rule: 'leakage', column, observed: purity, limit: maxPresence, rows: present, text }
  }
  return null
}
