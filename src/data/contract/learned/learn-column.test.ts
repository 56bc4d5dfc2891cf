import { describe, expect, test } from 'vitest'
import { seededRng } from '../../../base/rng.ts'
import { type Column, frame } from '../../frame.ts'
import { learnContract } from './learn.ts'

const ROWS = 2000

function numbers(of: (row: number) => number | null): Column {
  const cells = Array.from({ length: ROWS }, (_, row) => of(row))
  const values = Float64Array.from(cells, (cell) => cell ?? Number.NaN)
  return { kind: 'numeric', name: 'x', values, missing: Uint8Array.from(cells, (cell) => (cell === null ? 1 : 0)) }
}

function texts(of: (row: number) => string, name = 'x'): Column {
  const cells = Array.from({ length: ROWS }, (_, row) => of(row))
  const categories = [...new Set(cells)]
  const values = Int32Array.from(cells, (cell) => categories.indexOf(cell))
  return { kind: 'categorical', name, values, missing: new Uint8Array(ROWS), categories }
}

function learned(...columns: Column[]) {
  const { document, remarks } = learnContract(frame(columns), {})
  return { ...document.columns[0], rows: document.rows, said: remarks.get('x')?.join() ?? '' }
}

describe('a promise is tried on later rows before it is made', () => {
  test('a range that later rows left is not promised', () => {
    const rng = seededRng(1)
    const jumped = learned(numbers((row) => (row < 1600 ? rng() : row % 2 === 0 ? rng() : 50 + rng())))
    expect(jumped).not.toHaveProperty('max')
    expect(jumped.said).toContain('later rows left the range of earlier ones')
    const steady = learned(numbers(() => rng()))
    expect(steady.min).toBe(0)
    expect(steady.max).toBeCloseTo(1.25, 1)
  })

  test('categories of which later rows had many new ones are not listed', () => {
    const moved = learned(texts((row) => (row < 1600 ? 'abc'[row % 3] : 'de'[row % 2]) as string))
    expect(moved).not.toHaveProperty('categories')
    expect(moved.said).toContain('later rows had many categories')
    expect(learned(texts((row) => 'abc'[row % 3] as string)).categories).toEqual(['a', 'b', 'c'])
  })
})

test('a few whole numbers are codes, unless one of them is rare: then the next row may bring another', () => {
  const codes = learned(numbers((row) => row % 3))
  expect(codes).toMatchObject({ kind: 'numeric', categories: ['0', '1', '2'] })
  const counts = learned(numbers((row) => (row === 700 ? 9 : row % 3)))
  expect(counts).not.toHaveProperty('categories')
  expect(counts.max).toBeGreaterThan(9)
})

test('numbers that are mostly zero show no shape', () => {
  const rng = seededRng(2)
  const of = (zeros: number) => learned(numbers((row) => (row % 10 < zeros ? 0 : 1 + 100 * rng())))
  expect(of(4).quantiles).toHaveLength(15)
  expect(of(6)).not.toHaveProperty('quantiles')
})

test('gaps may double, and half of what has a value may go where most have none', () => {
  const gaps = (of10: number) => learned(numbers((row) => (row % 10 < of10 ? null : row % 7))).maxMissing
  expect([gaps(0), gaps(1), gaps(4), gaps(6), gaps(8)]).toEqual([0.02, 0.2, 0.5, 0.8, 0.9])
})

test('where most rows repeat they do so by nature: nothing is promised of them', () => {
  expect(learned(texts((row) => 'ab'[row % 2] as string)).rows).not.toHaveProperty('maxDuplicates')
  const some = learned(numbers((row) => (row % 100 === 0 ? 0 : row)))
  expect(some.rows.maxDuplicates).toBeCloseTo(2 * 0.0095 + 0.01, 2)
})

test('a class that stood still has room of five points on either side', () => {
  const table = frame([numbers((row) => row % 7), texts((row) => 'yn'[row % 2] as string, 'y')])
  const { label } = learnContract(table, { label: 'y' }).document
  expect(label?.classes).toEqual([
    { name: 'n', min: 0.45, max: 0.55 },
    { name: 'y', min: 0.45, max: 0.55 },
  ])
})
