import { z } from 'zod'
import { wilsonBounds } from '../../stats/interval/wilson.ts'
import { type ColumnFacts, findFacts, type RowFacts } from '../row-facts.ts'
import {
  type Breach,
  ColumnName,
  defineRule,
  finding,
  MinRows,
  notMeasured,
  percent,
  StandardErrors,
  type Unchecked,
} from './rule.ts'

/** Names of categories that a sentence holds. */
const MOST_NAMED = 3
/** A column in which more than this part of the values are seen once is no set of categories but a name or an id. */
const MOST_NEW = 0.05

const Known = z.array(z.string().max(10_000)).max(10_000).describe('Every category that may occur.')

export const knownCategoriesRule = defineRule({
  id: 'known-categories',
  title: 'Categories never seen before',
  source: 'Schelter et al. 2018 (containment checks); lower bound by Wilson 1927; names and ids by Good 1953',

  reads: 'rows',
  needs: 'row-facts',
  config: z.strictObject({
    rule: z.literal('known-categories'),
    columns: z
      .record(ColumnName, Known)
      .optional()
      .describe('Categories of each column, by name; default: those of the trusted windows.'),
    maxShare: z.number().min(0).max(1).default(0.02).describe('Rows that may have another category. Share.'),
    standardErrors: StandardErrors,
    minRows: MinRows,
  }),

  check({ facts }, { columns, maxShare, standardErrors, minRows }) {
    if (!facts) return notMeasured('known-categories', 'the categories were not measured')
    const breaches: Breach[] = []
    const unchecked: Unchecked[] = []
    let checked = 0
    const known = columns === undefined ? categoriesOf(facts.reference) : new Map(Object.entries(columns))
    for (const [name, listed] of known) {
      const column = findFacts(facts.current, name)
      const haveRows = column === undefined ? 0 : column.rows - column.missing
      const because = listed === null ? 'nearly every value is new, as in a name or an id' : whyNot(column)
      if (listed === null || because !== null || haveRows < minRows || !column) {
        const needRows = Math.max(minRows, haveRows + 1)
        unchecked.push({ column: name, haveRows, needRows, because: because ?? 'too few values' })
        continue
      }
      checked++
      const strangers = strangersIn(column, new Set(listed))
      if (strangers.rows === 0 || wilsonBounds(strangers.rows, haveRows, standardErrors).low <= maxShare) continue
      const observed = strangers.rows / haveRows
      const text =
        `${percent(observed)} of ${haveRows} values of '${name}' are unknown, such as ${strangers.names}; ` +
        `at most ${percent(maxShare)} may be.`
      breaches.push({ rule: 'known-categories', column: name, observed, limit: maxShare, rows: haveRows, text })
    }
    return finding('known-categories', checked, { breaches, unchecked })
  },
})

function whyNot(column: ColumnFacts | undefined): string | null {
  if (column === undefined) return 'there is no such column'
  return column.tally === null && column.kind === 'time' ? 'the column holds times' : null
}

/** Rows with an unlisted value, and the most frequent of those. Above 1,000 different values all count as unlisted. */
function strangersIn({ tally, rows, missing }: ColumnFacts, listed: ReadonlySet<string>) {
  if (tally === null) return { rows: rows - missing, names: 'more than 1000 different ones' }
  const strange = [...tally].filter(([text]) => !listed.has(text)).sort((a, b) => b[1] - a[1])
  const named = strange.slice(0, MOST_NAMED).map(([text]) => `'${text.length > 40 ? `${text.slice(0, 40)}…` : text}'`)
  return { rows: strange.reduce((sum, [, count]) => sum + count, 0), names: named.join(', ') }
}

/** What categorical columns of the trusted windows held; null where new values come all the time. */
function categoriesOf(windows: readonly RowFacts[]): Map<string, readonly string[] | null> {
  const counts = new Map<string, Map<string, number> | null>()
  for (const { columns } of windows) {
    for (const { name, kind, tally } of columns) {
      if (kind !== 'categorical') continue
      const known = counts.has(name) ? counts.get(name) : new Map<string, number>()
      if (tally === null || !known) counts.set(name, null)
      else {
        for (const [text, rows] of tally) known.set(text, (known.get(text) ?? 0) + rows)
        counts.set(name, known)
      }
    }
  }
  return new Map([...counts].map(([name, known]) => [name, known === null || isOpen(known) ? null : [...known.keys()]]))
}

/** The share of values seen once estimates the share of rows whose value is still unseen (Good 1953). */
export function isOpen(tally: ReadonlyMap<string, number>): boolean {
  let once = 0
  let rows = 0
  for (const count of tally.values()) {
    rows += count
    if (count === 1) once++
  }
  return once > MOST_NEW * rows
}
