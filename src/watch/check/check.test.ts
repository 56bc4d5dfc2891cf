import { describe, expect, test } from 'vitest'
import { mostAlarms } from '../../../test/contract/numbers.ts'
import {
  type Change,
  checked,
  colours,
  found,
  mapped,
  numbers,
  of,
  ROWS,
  replaced,
  usual,
  words,
} from '../../../test/support/check-files.ts'
import { sketchOf } from '../../../test/support/sketch-of.ts'
import { type Rng, seededRng } from '../../base/rng.ts'
import { type Column, frame } from '../../data/frame.ts'
import { checkTables } from './check.ts'

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

test('gaps that are filled now are a change, and nothing that broke', () => {
  const gappy = (share: number) =>
    sketchOf(frame([numbers('a', seededRng(3), (z, row) => (row % 100 < share ? Number.NaN : z))]))
  const [feature] = checkTables({ reference: gappy(10), current: gappy(1), performance: [] }).features
  const found = feature?.findings.find(({ detector }) => detector === 'null-spike')
  expect(found).toMatchObject({ kind: 'moved', value: expect.closeTo(0.01, 9) })
  expect(found?.threshold).toBeGreaterThan(0.01)
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
