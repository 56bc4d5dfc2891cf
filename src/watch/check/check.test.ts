import { describe, expect, test } from 'vitest'
import { mostAlarms } from '../../../test/contract/numbers.ts'
import { sketchOf } from '../../../test/support/sketch-of.ts'
import { normal, type Rng, seededRng } from '../../base/rng.ts'
import { type Column, type Frame, frame } from '../../data/frame.ts'
import { type CheckInput, checkTables } from './check.ts'
import type { MetricChange } from './performance-change.ts'

const ROWS = 10_000
const none = (rows: number) => new Uint8Array(rows)

function numbers(name: string, rng: Rng, value: (z: number, row: number) => number = (z) => z, rows = ROWS): Column {
  const values = Float64Array.from({ length: rows }, (_, row) => value(normal(rng), row))
  const missing = Uint8Array.from(values, (x) => Number(Number.isNaN(x)))
  return { kind: 'numeric', name, values, missing }
}

function words(name: string, texts: readonly string[]): Column {
  const categories = [...new Set(texts)]
  const codeOf = new Map(categories.map((text, code) => [text, code]))
  const values = Int32Array.from(texts, (text) => codeOf.get(text)!)
  return { kind: 'categorical', name, values, missing: none(texts.length), categories }
}

function colours(name: string, rng: Rng, of: (u: number, row: number) => string, rows = ROWS): Column {
  return words(
    name,
    Array.from({ length: rows }, (_, row) => of(rng(), row)),
  )
}

const usual = (u: number) => (u < 0.6 ? 'red' : u < 0.9 ? 'green' : 'blue')

type Change = (columns: Column[], rng: Rng) => Column[]

/** Two numbers, a heavy tail, a list of colours, a score that follows `a` alone; the current file is changed. */
function files(change: Change = (columns) => columns, rows = ROWS): { reference: Frame; current: Frame } {
  const draw = (seed: number) => {
    const rng = seededRng(seed)
    const a = numbers('a', rng, (z) => z, rows)
    const score: Column = { ...a, kind: 'numeric', name: 'score', values: Float64Array.from(a.values, Math.tanh) }
    const others = [numbers('b', rng, (z) => z, rows), numbers('tail', rng, (z) => Math.exp(2 * z), rows)]
    return { rng, columns: [a, ...others, colours('colour', rng, usual, rows), score] }
  }
  const now = draw(2)
  return { reference: frame(draw(1).columns), current: frame(change(now.columns, now.rng)) }
}

function checked(change?: Change, options: Partial<CheckInput> = {}, rows = ROWS) {
  const { reference, current } = files(change, rows)
  const asked = { prediction: 'score', performance: [], ...options }
  return checkTables({ reference: sketchOf(reference), current: sketchOf(current), ...asked })
}

const replaced =
  (name: string, make: (old: Column, rng: Rng) => Column): Change =>
  (columns, rng) =>
    columns.map((column) => (column.name === name ? make(column, rng) : column))

const mapped = (name: string, value: (x: number, row: number) => number): Change =>
  replaced(name, (old) => {
    const values = Float64Array.from(old.values as Float64Array, value)
    return { kind: 'numeric', name, values, missing: Uint8Array.from(values, (x) => Number(Number.isNaN(x))) }
  })

const WORSE: MetricChange = {
  metric: 'accuracy',
  reference: { value: 0.9, interval: { low: 0.89, high: 0.91, level: 0.95 }, rows: ROWS },
  current: { value: 0.8, interval: { low: 0.79, high: 0.81, level: 0.95 }, rows: ROWS },
  change: -0.1,
  interval: { low: -0.12, high: -0.08, level: 0.95 },
  least: 0.01,
  verdict: 'worse',
}
const HELD: MetricChange = { ...WORSE, change: 0, interval: { low: -0.01, high: 0.01, level: 0.95 }, verdict: 'steady' }

const of = ({ features }: ReturnType<typeof checked>, name: string) => features.find(({ feature }) => feature === name)
const found = (result: ReturnType<typeof checked>, name: string) =>
  of(result, name)
    ?.findings.filter(({ kind }) => kind === 'broken' || kind === 'moved')
    .map(({ detector }) => detector) ?? []

test('two files of the same rows are quiet, and the answer is no', () => {
  const result = checked()
  expect(result.features.map(({ verdict }) => verdict)).toEqual(['quiet', 'quiet', 'quiet', 'quiet'])
  expect(result).toMatchObject({ verdict: 'quiet', because: 'No: nothing moved beyond chance.' })
})

test('of 150 clean files no more than 1 in 100 is flagged', { timeout: 60_000 }, () => {
  let flagged = 0
  for (let seed = 0; seed < 150; seed++) {
    const draw = (n: number, rows: number) => {
      const rng = seededRng(10_000 + 2 * seed + n)
      const many = Array.from({ length: 6 }, (_, i) =>
        numbers(`n${i}`, rng, (z) => [Math.exp(2 * z), Math.round(2 * z), Number(z > 2.6)][i % 3]!, rows),
      )
      return frame([...many, colours('colour', rng, (u) => `c${Math.floor(40 * u * u)}`, rows)])
    }
    const input = {
      reference: sketchOf(draw(0, 500)),
      current: sketchOf(draw(1, seed % 2 ? 500 : 120)),
      performance: [],
    }
    const { verdict } = checkTables(input)
    if (verdict === 'hurts' || verdict === 'watch') flagged++
  }
  expect(flagged).toBeLessThanOrEqual(mostAlarms(150, 0.01))
})

describe('what changed is found', () => {
  test.each([
    ['a shift of a tenth of a standard deviation', mapped('a', (x) => x + 0.1), 'a', 'mann-whitney'],
    ['a spread a tenth wider', mapped('b', (x) => 1.1 * x), 'b', 'ansari-bradley'],
    [
      'two humps in place of one, of the same middle and spread',
      mapped('b', (x, row) => (row % 2 ? 0.7 : -0.7) + 0.45 * x),
      'b',
      'ks',
    ],
    ['a change of unit', mapped('tail', (x) => 1000 * x), 'tail', 'scale-change'],
    ['gaps in a fiftieth of the rows', mapped('a', (x, row) => (row % 50 ? x : Number.NaN)), 'a', 'null-spike'],
    ['a feature that stands still', mapped('b', () => 3), 'b', 'constant'],
    [
      'other frequencies',
      replaced('colour', (_, rng) => colours('colour', rng, (u) => usual(0.9 * u))),
      'colour',
      'chi-squared',
    ],
    [
      'a category never seen',
      replaced('colour', (_, rng) => colours('colour', rng, (u) => (u < 0.004 ? 'violet' : usual(u)))),
      'colour',
      'new-categories',
    ],
    [
      'a category that is gone',
      replaced('colour', (_, rng) => colours('colour', rng, (u) => usual(0.9 * u))),
      'colour',
      'missing-categories',
    ],
    ['a column that is gone', (columns) => columns.filter(({ name }) => name !== 'b'), 'b', 'column-kinds'],
    [
      'a number that became words',
      replaced('b', () =>
        words(
          'b',
          Array.from({ length: ROWS }, (_, i) => `x${i % 3}`),
        ),
      ),
      'b',
      'column-kinds',
    ],
  ] satisfies [string, Change, string, string][])('%s', (_, change, feature, detector) => {
    const result = checked(change)
    expect(found(result, feature)).toContain(detector)
    for (const other of ['a', 'b', 'tail', 'colour'])
      if (other !== feature) expect(of(result, other)?.verdict).toBe('quiet')
  })

  test('with its value beyond its threshold on the same side, and the strongest finding first', () => {
    const [first, second] = of(checked(mapped('a', (x) => 1.3 * x - 0.5)), 'a')?.findings ?? []
    expect(first?.strength).toBeGreaterThanOrEqual(second?.strength ?? 0)
    const place = of(checked(mapped('a', (x) => x - 0.5)), 'a')?.findings.find(
      ({ detector }) => detector === 'mann-whitney',
    )
    expect(place?.value).toBeLessThan(place?.threshold ?? 0)
    expect(place?.threshold).toBeLessThan(0.5)
  })
})

describe('few rows are made the most of', () => {
  const zipf = (u: number) => `c${Math.floor(80 ** u)}`

  test('20 rows in 1,000 of a new category are found among 80 others', () => {
    let found = 0
    for (let seed = 1; seed <= 10; seed++) {
      const of = (rng: Rng, novel: number) => colours('town', rng, (u, row) => (row < novel ? 'new' : zipf(u)), 1000)
      const reference = sketchOf(frame([of(seededRng(seed), 0)]))
      const current = sketchOf(frame([of(seededRng(100 + seed), 20)]))
      const [town] = checkTables({ reference, current, performance: [] }).features
      if (town?.findings.some(({ detector, kind }) => detector === 'new-categories' && kind === 'moved')) found++
    }
    expect(found).toBe(10)
  })

  test('columns without gaps leave the whole chance of error to the one that has some', () => {
    const full = Array.from({ length: 60 }, (_, i) => numbers(`full${i}`, seededRng(i), (z) => z, 400))
    const gaps = (rows: number) => numbers('gaps', seededRng(7), (z, row) => (row < rows ? Number.NaN : z), 400)
    const check = (columns: readonly Column[], rows: number) => {
      const [reference, current] = [gaps(0), gaps(rows)].map((one) => sketchOf(frame([...columns, one])))
      const { features } = checkTables({ reference: reference!, current: current!, performance: [] })
      return features
        .find(({ feature }) => feature === 'gaps')
        ?.findings.find(({ detector }) => detector === 'null-spike')
    }
    expect(check(full, 6)?.threshold).toBe(check([], 6)?.threshold)
    expect(check(full, 20)).toMatchObject({ kind: 'broken', value: 0.05 })
    expect(check(full, 3)).toMatchObject({ kind: 'none' })
  })
})

describe('whether it matters', () => {
  const shifted = mapped('a', (x) => x + 0.3)

  test('a shift of a thirtieth of a standard deviation is a trifle, however sure', () => {
    const result = checked(
      mapped('a', (x) => x + 0.03),
      {},
      100_000,
    )
    expect(of(result, 'a')).toMatchObject({
      verdict: 'noise',
      findings: [{ kind: 'trifle', thresholdFrom: 'least effect' }, {}, {}, {}, {}, {}],
    })
  })

  test('a feature that the model heeds is to be watched while nobody knows its quality, or while that holds', () => {
    expect(of(checked(shifted), 'a')).toMatchObject({ verdict: 'watch' })
    expect(of(checked(shifted, { performance: [HELD] }), 'a')).toMatchObject({ verdict: 'watch' })
  })

  test('it hurts where the quality fell, and so does the whole, also when no feature moved', () => {
    const result = checked(shifted, { performance: [WORSE] })
    expect(of(result, 'a')).toMatchObject({ verdict: 'hurts' })
    expect(result.because).toMatch(/^Yes, it hurts: accuracy 0.900 → 0.800 .* 'a' changed\.$/)
    const alone = checked(undefined, { performance: [WORSE] })
    expect(alone.verdict).toBe('hurts')
    expect(alone.because).toContain('what the features mean has changed')
  })

  test('broken data of a feature that the model heeds hurts before any label says so', () => {
    const gaps = mapped('a', (x, row) => (row % 10 ? x : Number.NaN))
    expect(of(checked(gaps), 'a')?.verdict).toBe('hurts')
    expect(of(checked(gaps, { performance: [HELD] }), 'a')?.verdict).toBe('watch')
  })

  test('a feature that the model ignores is noise when it moves, and to be watched when it breaks', () => {
    expect(of(checked(mapped('b', (x) => x + 0.3)), 'b')?.verdict).toBe('noise')
    expect(of(checked(mapped('b', (x, row) => (row % 10 ? x : Number.NaN))), 'b')?.verdict).toBe('watch')
  })

  test('without a prediction or a label nobody knows what the model heeds', () => {
    const result = checked(
      mapped('b', (x) => x + 0.3),
      { prediction: undefined },
    )
    expect(of(result, 'b')).toMatchObject({ verdict: 'watch', importance: null })
    expect(result.because).toContain('--label and --prediction')
  })

  test('predictions that moved are told apart from the features', () => {
    const result = checked(mapped('score', (x) => 0.5 * x))
    expect(result.prediction).toMatchObject({ feature: 'score', verdict: 'watch' })
    expect(result.features.map(({ feature }) => feature)).not.toContain('score')
    expect(result.verdict).toBe('watch')
  })

  test('labels that moved are to be watched too, and the answer names them', () => {
    const result = checked(
      mapped('b', (x) => x + 0.3),
      { label: 'b' },
    )
    expect(result.label).toMatchObject({ feature: 'b', verdict: 'watch' })
    expect(result.verdict).toBe('watch')
    expect(result.because).toMatch(/no feature moved beyond chance\. The labels changed: values lie higher/)
  })

  test('what hurts is listed first, what is quiet last', () => {
    const both: Change = (columns, rng) => shifted(mapped('b', (x) => x + 0.3)(columns, rng), rng)
    const result = checked(both, { performance: [WORSE] })
    expect(result.features.map(({ verdict }) => verdict)).toEqual(['hurts', 'noise', 'quiet', 'quiet'])
  })
})

describe('what cannot be compared', () => {
  test('too few rows are insufficient, never quiet', () => {
    const result = checked(undefined, {}, 40)
    expect(new Set(result.features.map(({ verdict }) => verdict))).toEqual(new Set(['insufficient']))
    expect(result.verdict).toBe('insufficient')
  })

  test('a column that only grows is a counter: it is left out with a note, unless it is asked for', () => {
    const count: Change = (columns) => [
      ...columns,
      { kind: 'numeric', name: 'row', values: Float64Array.from({ length: ROWS }, (_, i) => i), missing: none(ROWS) },
    ]
    const { reference, current } = files()
    const [before, after] = [
      frame(count([...reference.columns], seededRng(1))),
      frame(count([...current.columns], seededRng(1))),
    ]
    const input = { reference: sketchOf(before), current: sketchOf(after), performance: [] }
    const result = checkTables(input)
    expect(result.features.map(({ feature }) => feature)).not.toContain('row')
    expect(result.notes).toEqual(["'row' grows from row to row like a counter or a time; it was not compared"])
    expect(checkTables({ ...input, features: ['row'] })).toMatchObject({ features: [{ feature: 'row' }], notes: [] })
  })

  test('a column of more than 10,000 texts is an identifier', () => {
    const ids: Change = (columns) => [
      ...columns,
      words('id', Array.from({ length: 12_000 }, (_, i) => `u${i}`).slice(0, 12_000)),
    ]
    const { reference, current } = files(undefined, 12_000)
    const [before, after] = [
      frame(ids([...reference.columns], seededRng(1))),
      frame(ids([...current.columns], seededRng(1))),
    ]
    const result = checkTables({ reference: sketchOf(before), current: sketchOf(after), performance: [] })
    expect(result.features.find(({ feature }) => feature === 'id')).toMatchObject({ verdict: 'insufficient' })
  })

  test('a score of the other class is suspected where it predicts worse than chance', () => {
    const auc = {
      ...HELD,
      metric: 'auc' as const,
      reference: { value: 0.2, interval: { low: 0.19, high: 0.21, level: 0.95 }, rows: ROWS },
    }
    expect(checked(undefined, { performance: [auc] }).notes.join()).toContain('--positive')
    expect(checked(undefined, { performance: [HELD] }).notes).toEqual([])
  })

  test('a column that only the current file has is named', () => {
    const result = checked((columns, rng) => [...columns, numbers('extra', rng)])
    expect(result.notes).toEqual(["not compared, for the reference lacks them: 'extra'"])
  })
})
