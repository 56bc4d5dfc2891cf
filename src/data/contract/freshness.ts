import { z } from 'zod'
import { findFacts, type RowFacts } from '../row-facts.ts'
import { ColumnName, defineRule, finding, notMeasured } from './rule.ts'

const MS_PER_HOUR = 3_600_000

export const freshnessRule = defineRule({
  id: 'freshness',
  title: 'Newest row too old',
  source: 'Breck et al. 2019 (data validation); ages in event time, never by the clock of the machine alone',

  reads: 'rows',
  needs: 'row-facts',
  config: z.strictObject({
    rule: z.literal('freshness'),
    maxAgeHours: z
      .number()
      .min(0.001)
      .max(1e6)
      .default(24)
      .describe('Greatest age of the newest row when the window closes. Hours.'),
    column: ColumnName.optional().describe('Column with the time of a row; default: the only one that holds times.'),
  }),

  check({ facts, now }, { maxAgeHours, column }) {
    if (!facts) return notMeasured('freshness', 'the times were not measured')
    if (now === undefined || now === null) return notMeasured('freshness', 'nobody said what time it is')
    const time = timeColumn(facts.current, column)
    if (time === undefined) return notMeasured('freshness', 'there is no column, or more than one, with times')
    if (time.newest === null) return notMeasured('freshness', `'${time.name}' has no time`)
    const hours = (now - time.newest) / MS_PER_HOUR
    if (hours <= maxAgeHours) return finding('freshness', 1, { breaches: [], unchecked: [] })
    const text =
      `The newest row is of ${new Date(time.newest).toISOString()}, ${hours.toPrecision(3)} hours before ` +
      `${new Date(now).toISOString()}; at most ${maxAgeHours} are allowed.`
    const breach = { rule: 'freshness', column: time.name, observed: hours, limit: maxAgeHours, rows: time.rows, text }
    return finding('freshness', 1, { breaches: [breach], unchecked: [] })
  },
})

function timeColumn(current: RowFacts, name: string | undefined) {
  if (name !== undefined) {
    const column = findFacts(current, name)
    return column?.kind === 'time' ? column : undefined
  }
  const times = current.columns.filter(({ kind }) => kind === 'time')
  return times.length === 1 ? times[0] : undefined
}
