import { describe, expect, test } from 'vitest'
import { type Column, frame } from '../frame.ts'
import type { LabelFacts } from '../label-facts.ts'
import { type RowFacts, rowFacts } from '../row-facts.ts'
import { RuleConfig } from './catalog.ts'
import { checkContract } from './check.ts'
import type { ContractInput, Judged } from './rule.ts'

const HOUR = 3_600_000

function numbers(name: string, values: readonly (number | null)[], kind: 'numeric' | 'time' = 'numeric'): Column {
  const missing = Uint8Array.from(values, (value) => (value === null ? 1 : 0))
  return { kind, name, values: Float64Array.from(values, (value) => value ?? Number.NaN), missing }
}

function texts(name: string, values: readonly string[]): Column {
  const categories = [...new Set(values)]
  const codes = Int32Array.from(values, (value) => categories.indexOf(value))
  return { kind: 'categorical', name, values: codes, missing: new Uint8Array(values.length), categories }
}

const facts = (...columns: Column[]) => rowFacts(frame(columns))
const times = <T>(length: number, of: (row: number) => T) => Array.from({ length }, (_, row) => of(row))

function asked(
  options: object,
  current: RowFacts,
  reference: readonly RowFacts[] = [],
  more: Partial<ContractInput> = {},
): Judged {
  const profile = { rows: current.rows, columns: [] }
  const input: ContractInput = {
    reference: profile,
    referenceWindows: [],
    current: profile,
    labelNoise: null,
    facts: { current, reference },
    ...more,
  }
  return checkContract(input, [RuleConfig.parse(options)])[0] as Judged
}

describe('column-kinds', () => {
  const gap = facts(numbers('x', [null, null]), numbers('y', [1, 2]))

  test('a column without any value has no kind: it is unchecked, and alone it makes the rule silent', () => {
    const seen = asked({ rule: 'column-kinds', columns: { x: 'categorical', y: 'numeric' } }, gap)
    expect(seen).toMatchObject({ kind: 'ok', unchecked: [{ column: 'x' }] })
    expect(asked({ rule: 'column-kinds', columns: { x: 'numeric' } }, gap).kind).toBe('insufficient')
  })

  test('goes by the newest trusted window', () => {
    const [before, after] = [facts(texts('x', ['a', 'b'])), facts(numbers('x', [1, 2]))]
    expect(asked({ rule: 'column-kinds' }, after, [before, after]).kind).toBe('ok')
    expect(asked({ rule: 'column-kinds' }, after, [after, before]).breaches[0]?.text).toContain(
      "'x' is numeric; it must be categorical",
    )
  })
})

describe('freshness', () => {
  const at = (...columns: Column[]) => facts(...columns)
  const rows = at(numbers('seen', [0, HOUR], 'time'), numbers('n', [1, 2]))
  const aged = (current: RowFacts, hours: number, options: object = {}) =>
    asked({ rule: 'freshness', maxAgeHours: 2, ...options }, current, [], { now: (1 + hours) * HOUR })

  test('the newest row may be as old as is allowed, and no older', () => {
    expect(aged(rows, 2).kind).toBe('ok')
    expect(aged(rows, 2.01).breaches).toMatchObject([{ column: 'seen', limit: 2 }])
  })

  test('of two times one must be named, and it must be a time', () => {
    const two = at(numbers('seen', [0, HOUR], 'time'), numbers('paid', [0, HOUR], 'time'), numbers('n', [1, 2]))
    expect(aged(two, 9).kind).toBe('insufficient')
    expect(aged(two, 9, { column: 'paid' }).breaches).toMatchObject([{ column: 'paid' }])
    expect(aged(two, 9, { column: 'n' }).kind).toBe('insufficient')
  })
})

test('duplicate-rows: few equal rows are chance, and a rise of three points over the trusted windows is allowed', () => {
  const equal = (count: number, of: number) =>
    facts(
      numbers(
        'x',
        times(of, (row) => (row < count ? -1 : row)),
      ),
    )
  const kind = (current: RowFacts, ...reference: RowFacts[]) =>
    asked({ rule: 'duplicate-rows' }, current, reference).kind
  expect(kind(equal(2, 60))).toBe('ok')
  expect(kind(equal(60, 1000))).toBe('breach')
  expect(kind(equal(60, 1000), equal(41, 1000))).toBe('ok')
  expect(kind(equal(120, 1000), equal(41, 1000))).toBe('breach')
})

describe('known-categories', () => {
  const known = facts(
    texts(
      'c',
      times(100, (row) => 'ab'[row % 2] as string),
    ),
    numbers(
      'n',
      times(100, (row) => row % 2),
    ),
  )

  test('names the most frequent strangers first', () => {
    const strange = facts(
      texts(
        'c',
        times(100, (row) => (row < 5 ? 'rare' : row < 40 ? 'often' : 'a')),
      ),
    )
    expect(asked({ rule: 'known-categories' }, strange, [known]).breaches[0]?.text).toContain("such as 'often', 'rare'")
  })

  test('looks at categories only, and not at names, of which most are seen once', () => {
    const ids = facts(
      texts(
        'id',
        times(100, (row) => `old ${row}`),
      ),
    )
    const others = facts(
      texts(
        'id',
        times(100, (row) => `new ${row}`),
      ),
    )
    expect(asked({ rule: 'known-categories' }, others, [ids])).toMatchObject({
      kind: 'insufficient',
      unchecked: [{ column: 'id' }],
    })
    const moved = facts(
      texts(
        'c',
        times(100, () => 'a'),
      ),
      numbers(
        'n',
        times(100, () => 7),
      ),
    )
    expect(asked({ rule: 'known-categories' }, moved, [known])).toMatchObject({ kind: 'ok', unchecked: [] })
  })

  test('more different values than can be listed are all unknown', () => {
    const many = facts(
      texts(
        'c',
        times(1001, (row) => `v${row}`),
      ),
    )
    expect(asked({ rule: 'known-categories', columns: { c: ['v1'] } }, many).breaches).toMatchObject([{ observed: 1 }])
  })
})

test('missing-share: a column has its own limit, also one that nothing is learned from', () => {
  const half = facts(
    numbers(
      'shop',
      times(100, (row) => (row % 2 === 0 ? null : row)),
    ),
  )
  expect(asked({ rule: 'missing-share', maxShare: 0.7 }, half).kind).toBe('ok')
  expect(asked({ rule: 'missing-share', maxShare: 0.7, columns: { shop: 0.1 } }, half).breaches).toMatchObject([
    { column: 'shop', limit: 0.1 },
  ])
  expect(asked({ rule: 'missing-share', maxShare: 0.1, columns: { shop: 0.7 } }, half).kind).toBe('ok')
})

test('row-volume: three times the median of four trusted windows, either way', () => {
  const profile = (rows: number) => ({ rows, columns: [] })
  const kind = (rows: number, windows: readonly number[], options: object = {}) =>
    asked({ rule: 'row-volume', ...options }, facts(), [], {
      current: profile(rows),
      referenceWindows: windows.map(profile),
    }).kind
  const usual = [90, 100, 100, 5000]
  expect([30, 34, 300, 301].map((rows) => kind(rows, usual))).toEqual(['breach', 'ok', 'ok', 'breach'])
  expect(kind(100, usual.slice(1))).toBe('insufficient')
  expect([9, 10, 1e6].map((rows) => kind(rows, usual, { minRows: 10 }))).toEqual(['breach', 'ok', 'ok'])
})

test('source-cap: at most twice the usual share, but never more than half way to all rows', () => {
  const of = (part: number) =>
    facts(
      texts(
        'shop',
        times(1000, (row) => (row < part ? 'big' : `s${row % 300}`)),
      ),
    )
  const kind = (part: number, usual: number) =>
    asked({ rule: 'source-cap', column: 'shop', usual: { big: usual } }, of(part)).kind
  expect([kind(540, 0.3), kind(700, 0.3)]).toEqual(['ok', 'breach'])
  expect([kind(780, 0.6), kind(880, 0.6)]).toEqual(['ok', 'breach'])
})

test('unique-values: as many may repeat as is allowed', () => {
  const seen = facts(
    numbers(
      'id',
      times(100, (row) => Math.max(row, 4)),
    ),
  )
  const kind = (maxShare: number) => asked({ rule: 'unique-values', columns: ['id'], maxShare }, seen).kind
  expect([kind(0), kind(0.039), kind(0.04)]).toEqual(['breach', 'breach', 'ok'])
})

test('value-range: half the width of the trusted windows is allowed beyond them, and a counter has no range', () => {
  const span = (from: number, to: number) =>
    facts(
      numbers(
        'x',
        times(100, (row) => from + ((to - from) * row) / 99),
      ),
    )
  const kind = (current: RowFacts, ...reference: RowFacts[]) => asked({ rule: 'value-range' }, current, reference).kind
  const level = times(5, () => span(0, 10))
  expect(kind(span(-4, 14), ...level)).toBe('ok')
  expect(kind(span(0, 30), ...level)).toBe('breach')
  const growing = times(6, (window) => span(100 * window, 100 * window + 90))
  expect(kind(span(5000, 5090), ...growing)).toBe('insufficient')
})

describe('class-balance', () => {
  const labels = (yes: number, rows: number, other = 0): LabelFacts => ({
    labelled: rows,
    unlabelled: 0,
    classes: new Map([['yes', yes], ['no', rows - yes - other], ...(other > 0 ? [['maybe', other] as const] : [])]),
    alone: [],
    late: [],
  })
  const judged = (current: LabelFacts, reference: readonly LabelFacts[], options: object = {}) =>
    asked({ rule: 'class-balance', ...options }, facts(), [], { labels: { current, reference } })

  test('few trusted labels are no evidence, unless the shares are given', () => {
    expect(judged(labels(500, 1000), [labels(10, 40)]).kind).toBe('insufficient')
    expect(
      judged(labels(500, 1000), [], { classes: { yes: { min: 0.4, max: 0.6 }, no: { min: 0.4, max: 0.6 } } }).kind,
    ).toBe('ok')
  })

  test('ten points are allowed, or what the trusted windows show by nature', () => {
    const steady = [labels(500, 1000), labels(500, 1000)]
    expect(judged(labels(590, 1000), steady).kind).toBe('ok')
    expect(judged(labels(700, 1000), steady).breaches).toHaveLength(1)
    expect(judged(labels(700, 1000), [labels(300, 1000), labels(700, 1000)]).kind).toBe('ok')
  })

  test('half as much again as the trusted windows differ by is allowed', () => {
    const windows = [labels(40_000, 100_000), labels(60_000, 100_000)]
    const kind = (yes: number) => judged(labels(yes, 100_000), windows).kind
    expect([kind(64_000), kind(66_000)]).toEqual(['ok', 'breach'])
  })

  test('a class that is not among those given may hardly occur', () => {
    const classes = { yes: { min: 0, max: 1 }, no: { min: 0, max: 1 } }
    expect(judged(labels(400, 1000, 5), [], { classes }).kind).toBe('ok')
    expect(judged(labels(400, 1000, 100), [], { classes }).breaches[0]?.text).toContain("labels are 'maybe'")
  })
})

test('leakage: numbers have a limit of their own', () => {
  const alone = [{ column: 'x', measure: 'r2', value: 0.95, error: 0.001, rows: 1000 } as const]
  const current: LabelFacts = { labelled: 1000, unlabelled: 0, classes: null, alone, late: [] }
  const kind = (options: object) =>
    asked({ rule: 'leakage', ...options }, facts(), [], { labels: { current, reference: [] } }).kind
  expect([kind({ maxR2: 0.9 }), kind({ maxAuc: 0.9 })]).toEqual(['breach', 'ok'])
})
