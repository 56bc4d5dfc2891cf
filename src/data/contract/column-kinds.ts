import { z } from 'zod'
import { findFacts } from '../row-facts.ts'
import { COLUMN_KINDS, type ColumnKind } from '../schema.ts'
import {
  type Breach,
  ColumnName,
  type ContractInput,
  defineRule,
  finding,
  notMeasured,
  type Unchecked,
} from './rule.ts'

/** The column must be there, and may hold what it likes. */
const ANY = 'any'

export const columnKindsRule = defineRule({
  id: 'column-kinds',
  title: 'Column gone or of another type',
  source: 'Schelter et al. 2018; Breck et al. 2019 (schema validation)',

  reads: 'rows',
  needs: 'row-facts',
  config: z.strictObject({
    rule: z.literal('column-kinds'),
    columns: z
      .record(ColumnName, z.enum([...COLUMN_KINDS, ANY]))
      .optional()
      .describe(
        'Type of each column, by name, or any where it need only be there; default: as in the trusted windows.',
      ),
  }),

  check(input, { columns }) {
    if (!input.facts) return notMeasured('column-kinds', 'the columns were not measured')
    const { current } = input.facts
    const expected: ReadonlyMap<string, ColumnKind | typeof ANY> =
      columns === undefined ? kindsBefore(input) : new Map(Object.entries(columns))
    const breaches: Breach[] = []
    const unchecked: Unchecked[] = []
    for (const [name, kind] of expected) {
      const column = findFacts(current, name)
      const breach = { rule: 'column-kinds', column: name, observed: 0, limit: 1, rows: current.rows }
      if (column === undefined) breaches.push({ ...breach, text: goneText(name, kind) })
      else if (kind === ANY) continue
      // A column without any value has no type of its own.
      else if (column.missing === column.rows)
        unchecked.push({ column: name, haveRows: 0, needRows: 1, because: 'the column has no value' })
      else if (column.kind !== kind)
        breaches.push({ ...breach, text: `'${name}' is ${column.kind}; it must be ${kind}.` })
    }
    return finding('column-kinds', expected.size - unchecked.length, { breaches, unchecked })
  },
})

function goneText(name: string, kind: ColumnKind | typeof ANY): string {
  return `There is no column '${name}'${kind === ANY ? '' : `; it was ${kind}`}.`
}

function kindsBefore({ facts }: ContractInput): Map<string, ColumnKind> {
  const newest = facts?.reference.at(-1)
  return new Map(newest?.columns.filter(({ rows, missing }) => missing < rows).map(({ name, kind }) => [name, kind]))
}
