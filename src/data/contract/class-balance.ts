import { z } from 'zod'
import { wilsonBounds } from '../../stats/interval/wilson.ts'
import type { LabelFacts } from '../label-facts.ts'
import {
  type Breach,
  type Compared,
  crossedBounds,
  defineRule,
  finding,
  notMeasured,
  percent,
  StandardErrors,
} from './rule.ts'

const Share = z.number().min(0).max(1)
/** A slip of the pen is no new class. */
const MOST_UNLISTED = 0.01

export const classBalanceRule = defineRule({
  id: 'class-balance',
  title: 'Classes occur more or less often than before',
  source: 'Difference of shares by Newcombe 1998; beyond what the trusted windows show among themselves',

  reads: 'labels',
  needs: 'label-facts',
  config: z.strictObject({
    rule: z.literal('class-balance'),
    classes: z
      .record(
        z.string().max(1000),
        z
          .strictObject({ min: Share.describe('Least share. Share.'), max: Share.describe('Greatest share. Share.') })
          .superRefine(({ min, max }, check) => {
            const crossed = crossedBounds(min, max)
            if (crossed !== null) check.addIssue({ code: 'custom', path: ['min'], message: crossed })
          }),
      )
      .optional()
      .describe('Least and greatest share of each class, by name; default: as in the trusted windows.'),
    maxShift: Share.default(0.1).describe('Without `classes`: change that is always allowed. Share.'),
    naturalMargin: z
      .number()
      .min(1)
      .max(10)
      .default(1.5)
      .describe('Multiple of the largest change between trusted windows that is still allowed. Ratio.'),
    standardErrors: StandardErrors,
    minRows: z.int().min(1).max(1e9).default(100).describe('Fewer labelled rows are not evidence. Rows.'),
  }),

  check({ labels }, { classes, maxShift, naturalMargin, standardErrors, minRows }) {
    if (!labels) return notMeasured('class-balance', 'the labels were not measured')
    const { current } = labels
    if (current.classes === null) return notMeasured('class-balance', 'the label is a number and has no classes')
    const rows = current.labelled
    const trusted = pooled(labels.reference)
    const haveRows = classes === undefined ? Math.min(rows, trusted.rows) : rows
    if (haveRows < minRows) {
      const unchecked = { column: null, haveRows, needRows: minRows, because: 'too few labelled rows' }
      return finding('class-balance', 0, { breaches: [], unchecked: [unchecked] })
    }
    const breaches: Breach[] = []
    const names = new Set([...current.classes.keys(), ...Object.keys(classes ?? {}), ...trusted.counts.keys()])
    for (const name of names) {
      const count = current.classes.get(name) ?? 0
      const observed = count / rows
      const { low, high } = wilsonBounds(count, rows, standardErrors)
      const bounds =
        classes === undefined
          ? boundsBefore({ name, trusted, labels }, { maxShift, naturalMargin, standardErrors })
          : { min: 0, max: MOST_UNLISTED, ...new Map(Object.entries(classes)).get(name), slack: 0 }
      // Newcombe: the distance from the limit, with the errors of both sides at right angles.
      const isHigh = observed - bounds.max > Math.hypot(observed - low, bounds.slack)
      const isLow = bounds.min - observed > Math.hypot(high - observed, bounds.slack)
      if (!isHigh && !isLow) continue
      const limit = isHigh ? bounds.max : bounds.min
      const text =
        `${percent(observed)} of ${rows} labels are '${name}'; ` +
        `${isHigh ? 'at most' : 'at least'} ${percent(limit)} were expected.`
      breaches.push({ rule: 'class-balance', column: null, observed, limit, rows, text })
    }
    // Of two classes one share tells the other.
    const told = names.size === 2 ? breaches.slice(-1) : breaches
    return finding('class-balance', 1, { breaches: told, unchecked: [] })
  },
})

interface Pooled {
  readonly rows: number
  readonly counts: ReadonlyMap<string, number>
}

function pooled(windows: readonly LabelFacts[]): Pooled {
  const counts = new Map<string, number>()
  let rows = 0
  for (const { classes, labelled } of windows) {
    rows += labelled
    for (const [name, count] of classes ?? []) counts.set(name, (counts.get(name) ?? 0) + count)
  }
  return { rows, counts }
}

/** What the class may be without surprise, and half the interval of the trusted share it is measured from. */
function boundsBefore(
  { name, trusted, labels }: { readonly name: string; readonly trusted: Pooled; readonly labels: Compared<LabelFacts> },
  options: { readonly maxShift: number; readonly naturalMargin: number; readonly standardErrors: number },
) {
  const count = trusted.counts.get(name) ?? 0
  const share = count / trusted.rows
  let widest = 0
  for (const { classes, labelled } of labels.reference) {
    if (labelled > 0) widest = Math.max(widest, Math.abs((classes?.get(name) ?? 0) / labelled - share))
  }
  const allowed = Math.max(options.maxShift, options.naturalMargin * widest)
  const { low, high } = wilsonBounds(count, trusted.rows, options.standardErrors)
  return { min: share - allowed, max: share + allowed, slack: Math.max(share - low, high - share) }
}
