import { expect, test } from 'vitest'
import { type CategoricalColumn, frame, type NumericColumn } from './frame.ts'
import { pairedBins, pairedCategories } from './paired-counts.ts'
import { profileRows } from './profile.ts'
import { learnLayout } from './profile-layout.ts'

function texts(all: readonly (string | null)[]): CategoricalColumn {
  const categories = [...new Set(all.filter((text) => text !== null))]
  const values = Int32Array.from(all, (text) => (text === null ? -1 : categories.indexOf(text)))
  return {
    kind: 'categorical',
    name: 'c',
    values,
    missing: Uint8Array.from(values, (code) => Number(code < 0)),
    categories,
  }
}

function profiles(before: readonly number[], now: readonly number[]) {
  const column = (values: readonly number[]): NumericColumn => {
    const missing = Uint8Array.from(values, (x) => (Number.isNaN(x) ? 1 : 0))
    return { kind: 'numeric', name: 'x', values: Float64Array.from(values), missing }
  }
  const trained = frame([column(before)])
  const layout = learnLayout(trained)
  const [a, b] = [trained, frame([column(now)])].map((rows) => profileRows(rows, layout).columns[0]!)
  return pairedBins(a!, b!)
}

const sum = (counts: Float64Array) => counts.reduce((total, count) => total + count, 0)

test('categories are counted by their text; unlike ones, gaps and new ones keep every row', () => {
  const { before, now } = pairedCategories(texts(['a', 'a', 'b', null]), texts(['b', 'c', 'a', 'b', 'b']))
  // By both together: b 4, a 3, c 1; then the others, then the gaps.
  expect([...before]).toEqual([1, 2, 0, 0, 1])
  expect([...now]).toEqual([3, 1, 1, 0, 0])
})

test('which sample is the reference decides nothing', () => {
  const many = (from: number, rows: number) =>
    texts(Array.from({ length: rows }, (_, row) => `id${(from + row * 7) % 500}`))
  const [a, b] = [many(0, 400), many(250, 300)]
  const there = pairedCategories(a, b)
  const back = pairedCategories(b, a)
  expect(back).toEqual({ before: there.now, now: there.before })
  expect(there.before.length).toBe(201)
  expect([sum(there.before), sum(there.now)]).toEqual([400, 300])
})

test('a number has ten bins of neighbours, fewer when the smaller sample has few values', () => {
  const steps = (rows: number) => Array.from({ length: rows }, (_, row) => (row * 7919) % 3000)
  expect(profiles(steps(3000), steps(3000)).before.length).toBe(10)
  const few = profiles(steps(3000), steps(45))
  expect(few.before.length).toBe(4)
  expect([sum(few.before), sum(few.now)]).toEqual([3000, 45])
})

test('gaps have a bin of their own where both samples together expect five in the smaller one', () => {
  const gappy = (gaps: number) => Array.from({ length: 1000 }, (_, row) => (row < gaps ? Number.NaN : row))
  const apart = profiles(gappy(2), gappy(8))
  expect(apart.before.length).toBe(11)
  expect([apart.before[10], apart.now[10]]).toEqual([2, 8])
  const joined = profiles(gappy(2), gappy(7))
  expect(joined.before.length).toBe(10)
  expect(sum(joined.now)).toBe(1000)
})

test('nothing but gaps on either side is one bin', () => {
  const gaps = new Array<number>(60).fill(Number.NaN)
  expect(profiles(gaps, gaps)).toEqual({ before: Float64Array.of(0, 60), now: Float64Array.of(0, 60) })
})
