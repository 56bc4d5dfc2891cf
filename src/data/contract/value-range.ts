import { z } from 'zod'
import { wilsonBounds } from '../../stats/interval/wilson.ts'
import { type ColumnFacts, findFacts, type RowFacts, valuesAbove, valuesBelow } from '../row-facts.ts'
import { isCounter, type Span } from '../spans.ts'
import {
  type Breach,
  ColumnName,
  crossedBounds,
  defineRule,
  finding,
  MinRows,
  notMeasured,
  percent,
  StandardErrors,
  type Unchecked,
} from './rule.ts'

const Bound = z.number().min(-1e15).max(1e15)

const Range = z
  .strictObject({
    min: Bound.optional().describe('Smallest value. Value.'),
    max: Bound.optional().describe('Largest value. Value.'),
  })
  .superRefine(({ min, max }, check) => {
    if (min === undefined && max === undefined) check.addIssue('takes min, max, or both; got neither')
    const crossed = crossedBounds(min, max)
    if (crossed !== null) check.addIssue({ code: 'custom', path: ['min'], message: crossed })
  })
  .describe('Smallest and largest value that a number may have.')
type Range = z.output<typeof Range>

export const valueRangeRule = defineRule({
  id: 'value-range',
  title: 'Values outside their range',
  source: 'Schelter et al. 2018 (minimum and maximum checks); lower bound by Wilson 1927',

  reads: 'rows',
  needs: 'row-facts',
  config: z.strictObject({
    rule: z.literal('value-range'),
    columns: z
      .record(ColumnName, Range)
      .optional()
      .describe('Range of each column, by name; default: of the trusted windows, with `margin`.'),
    margin: z
      .number()
      .min(0)
      .max(100)
      .default(0.5)
      .describe('Without `columns`: part of the width that a range is widened by at each end. Share.'),
    maxShare: z.number().min(0).max(1).default(0.005).describe('Values that may lie outside. Share.'),
    standardErrors: StandardErrors,
    minRows: MinRows,
  }),

  check({ facts }, { columns, margin, maxShare, standardErrors, minRows }) {
    if (!facts) return notMeasured('value-range', 'the values were not measured')
    const breaches: Breach[] = []
    const unchecked: Unchecked[] = []
    let checked = 0
    const ranges =
      columns === undefined ? rangesOf(facts.reference, margin) : new Map<string, Range | null>(Object.entries(columns))
    for (const [name, range] of ranges) {
      const column = findFacts(facts.current, name)
      const haveRows = column?.sorted?.length ?? 0
      if (range === null || !column?.sorted || haveRows < minRows) {
        const because = range === null ? 'the values grow, or fall, from window to window' : whyNot(column)
        unchecked.push({ column: name, haveRows, needRows: Math.max(minRows, haveRows + 1), because })
        continue
      }
      checked++
      const outside = rowsOutside(column.sorted, range)
      if (outside === 0 || wilsonBounds(outside, haveRows, standardErrors).low <= maxShare) continue
      const observed = outside / haveRows
      const text =
        `${percent(observed)} of ${haveRows} values of '${name}' lie outside ${rangeText(range)} ` +
        `(from ${column.sorted[0]} to ${column.sorted.at(-1)}); at most ${percent(maxShare)} may.`
      breaches.push({ rule: 'value-range', column: name, observed, limit: maxShare, rows: haveRows, text })
    }
    return finding('value-range', checked, { breaches, unchecked })
  },
})

function rowsOutside(sorted: Float64Array, { min, max }: Range): number {
  return (min === undefined ? 0 : valuesBelow(sorted, min)) + (max === undefined ? 0 : valuesAbove(sorted, max))
}

function whyNot(column: ColumnFacts | undefined): string {
  if (column === undefined) return 'there is no such column'
  return column.sorted === null && column.missing < column.rows
    ? `the column is ${column.kind}, not numeric`
    : 'too few values'
}

function rangeText({ min, max }: Range): string {
  if (min === undefined) return `≤ ${max}`
  return max === undefined ? `≥ ${min}` : `${min} … ${max}`
}

/** From the smallest to the largest value of the trusted windows, wider by `margin` of that at each end. */
function rangesOf(windows: readonly RowFacts[], margin: number): Map<string, Range | null> {
  const spans = new Map<string, Span[]>()
  for (const { columns } of windows) {
    for (const { name, sorted } of columns) {
      const min = sorted?.[0]
      const max = sorted?.at(-1)
      if (min !== undefined && max !== undefined) spans.set(name, [...(spans.get(name) ?? []), { min, max }])
    }
  }
  return new Map([...spans].map(([name, own]) => [name, isCounter(own) ? null : widened(own, margin)]))
}

function widened(spans: readonly Span[], margin: number): Range {
  const min = Math.min(...spans.map((span) => span.min))
  const max = Math.max(...spans.map((span) => span.max))
  const wider = margin * (max - min)
  return { min: min - wider, max: max + wider }
}
