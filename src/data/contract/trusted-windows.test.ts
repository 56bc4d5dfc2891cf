import { describe, expect, test } from 'vitest'
import { type Column, frame } from '../frame.ts'
import type { LabelFacts } from '../label-facts.ts'
import { type RowFacts, rowFacts } from '../row-facts.ts'
import { RuleConfig } from './catalog.ts'
import { checkContract } from './check.ts'
import type { ContractInput, Judged } from './rule.ts'

const facts = (values: readonly number[], missing: readonly number[] = []): RowFacts => {
  const gaps = Uint8Array.from(values, (_, row) => missing[row] ?? 0)
  const column: Column = { kind: 'numeric', name: 'shop', values: Float64Array.from(values), missing: gaps }
  return rowFacts(frame([column]))
}
const labels = (yes: number, labelled: number): LabelFacts => ({
  labelled,
  unlabelled: 0,
  classes: new Map([
    ['yes', yes],
    ['no', labelled - yes],
  ]),
  alone: [],
  late: [],
})

function judged(options: object, more: Partial<ContractInput>, rows = 1): Judged {
  const profile = { rows, columns: [] }
  const input = { reference: profile, referenceWindows: [], current: profile, labelNoise: null, facts: null, ...more }
  return checkContract(input as ContractInput, [RuleConfig.parse(options)])[0] as Judged
}

describe('what trusted windows say', () => {
  test('of equal rows the window that had most of them counts', () => {
    const of = (equal: number) => facts(Array.from({ length: 1000 }, (_, row) => (row < equal ? -1 : row)))
    const check = (current: RowFacts) =>
      judged({ rule: 'duplicate-rows' }, { facts: { current, reference: [of(0), of(301)] } }).kind
    expect([check(of(280)), check(of(500))]).toEqual(['ok', 'breach'])
  })

  test('gaps neither repeat a value nor count as one', () => {
    const check = (current: RowFacts) =>
      judged({ rule: 'unique-values', columns: ['shop'] }, { facts: { current, reference: [] } })
    expect(check(facts([1, 2, 0, 0], [0, 0, 1, 1])).kind).toBe('ok')
    expect(check(facts([1, 1, 0, 0], [0, 0, 1, 1])).breaches[0]).toMatchObject({ observed: 0.5, rows: 2 })
  })

  test('the usual share of a source is its share of the rows that name one', () => {
    const of = (own: number, named: number) =>
      facts(
        Array.from({ length: 1000 }, (_, row) => (row < own ? -1 : row)),
        Array.from({ length: 1000 }, (_, row) => (row < named ? 0 : 1)),
      )
    const options = { rule: 'source-cap', column: 'shop', maxShare: 0.1 }
    const check = (own: number) => judged(options, { facts: { current: of(own, 1000), reference: [of(100, 500)] } })
    // 100 of the 500 that name one are 20 %; twice as much may come.
    expect([check(390).kind, check(480).kind]).toEqual(['ok', 'breach'])
  })

  test('an even number of windows has its median between the two in the middle', () => {
    const referenceWindows = [100, 1000, 200, 300].map((rows) => ({ rows, columns: [] }))
    const { breaches } = judged({ rule: 'row-volume', maxRatio: 2 }, { referenceWindows }, 600)
    expect(breaches[0]).toMatchObject({ limit: 500, observed: 600 })
  })

  test('a window without any label says nothing of how much classes change', () => {
    const reference = [labels(500, 1000), { ...labels(0, 0), classes: new Map() }]
    expect(judged({ rule: 'class-balance' }, { labels: { current: labels(900, 1000), reference } }).kind).toBe('breach')
  })

  test('that a class is too rare is told by the upper end of its share', () => {
    const check = (yes: number) =>
      judged(
        { rule: 'class-balance', minRows: 10, classes: { yes: { min: 0.15, max: 1 }, no: { min: 0, max: 1 } } },
        { labels: { current: labels(yes, 20), reference: [] } },
      ).kind
    // None of twenty: at three standard errors the share may be as high as 31 %.
    expect(check(0)).toBe('ok')
  })
})
