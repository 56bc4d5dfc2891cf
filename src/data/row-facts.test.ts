import { expect, test } from 'vitest'
import { type Column, frame } from './frame.ts'
import { findFacts, rowFacts, valuesAbove, valuesBelow } from './row-facts.ts'
import { isCounter } from './spans.ts'

const NONE = new Uint8Array(5)
const COLUMNS: readonly Column[] = [
  {
    name: 'x',
    kind: 'numeric',
    values: Float64Array.of(3, Number.NaN, 1, 3, Infinity),
    missing: Uint8Array.of(0, 0, 0, 0, 0),
  },
  {
    name: 'c',
    kind: 'categorical',
    values: Int32Array.of(0, 1, -1, 0, 1),
    missing: Uint8Array.of(0, 0, 1, 0, 0),
    categories: ['a', 'b'],
  },
  { name: 'b', kind: 'boolean', values: Uint8Array.of(1, 0, 1, 1, 1), missing: NONE },
  { name: 't', kind: 'time', values: Float64Array.of(5, 9, 7, 5, 1), missing: NONE },
]

test('a column’s facts count its gaps, different values, values by text, and name the newest time', () => {
  const facts = rowFacts(frame(COLUMNS))
  expect(findFacts(facts, 'x')).toMatchObject({ rows: 5, missing: 1, distinct: 3, newest: null })
  expect([...(findFacts(facts, 'x')?.sorted ?? [])]).toEqual([1, 3, 3, Infinity])
  expect([...(findFacts(facts, 'x')?.tally ?? [])]).toEqual([
    ['3', 2],
    ['1', 1],
    ['Infinity', 1],
  ])
  expect(findFacts(facts, 'c')).toMatchObject({ missing: 1, distinct: 2, sorted: null })
  expect([...(findFacts(facts, 'c')?.tally ?? [])]).toEqual([
    ['a', 2],
    ['b', 2],
  ])
  expect([...(findFacts(facts, 'b')?.tally ?? [])]).toEqual([
    ['true', 4],
    ['false', 1],
  ])
  expect(findFacts(facts, 't')).toMatchObject({ newest: 9, tally: null })
  expect(findFacts(facts, 'y')).toBeUndefined()
})

test('a row equals an earlier one only when all columns agree', () => {
  expect(rowFacts(frame(COLUMNS)).duplicates).toBe(1)
  expect(rowFacts(frame(COLUMNS.slice(2, 3))).duplicates).toBe(3)
  const other = { ...(COLUMNS[3] as Extract<Column, { kind: 'time' }>), values: Float64Array.of(5, 9, 7, 6, 1) }
  expect(rowFacts(frame([...COLUMNS.slice(0, 3), other])).duplicates).toBe(0)
  expect(rowFacts(frame([]))).toEqual({ rows: 0, columns: [], duplicates: 0 })
})

test('more than a thousand different values are counted but not listed', () => {
  const values = Float64Array.from({ length: 1001 }, (_, i) => i)
  const column = { name: 'id', kind: 'numeric', values, missing: new Uint8Array(1001) } as const
  expect(rowFacts(frame([column])).columns[0]).toMatchObject({ distinct: 1001, tally: null })
  expect(rowFacts(frame([{ ...column, values: values.map((v) => v % 1000) }])).columns[0]?.tally?.size).toBe(1000)
})

test('of many different values those with a thousandth of the rows are counted by name', () => {
  const values = Float64Array.from({ length: 4000 }, (_, i) => (i < 2000 ? 7 : i))
  for (const at of [0, 1, 2, 3]) values[2000 + at] = 8
  for (const at of [4, 5, 6]) values[2000 + at] = 9
  const column = { name: 'shop', kind: 'numeric', values, missing: new Uint8Array(4000) } as const
  const [facts] = rowFacts(frame([column])).columns
  expect(facts?.tally).toBeNull()
  expect([...(facts?.frequent ?? [])]).toEqual([
    ['7', 2000],
    ['8', 4],
  ])
  const times = { ...column, kind: 'time' } as const
  expect(rowFacts(frame([times])).columns[0]?.frequent.size).toBe(0)
})

test('values on a bound lie neither below nor above it', () => {
  const sorted = Float64Array.of(-1, 2, 2, 5, Infinity)
  expect([-2, -1, 2, 3, 6].map((bound) => valuesBelow(sorted, bound))).toEqual([0, 0, 1, 3, 4])
  expect([-2, -1, 2, 5, Infinity].map((bound) => valuesAbove(sorted, bound))).toEqual([5, 4, 2, 1, 0])
  expect([valuesBelow(new Float64Array(0), 1), valuesAbove(new Float64Array(0), 1)]).toEqual([0, 0])
})

test('a counter moves one way and never comes back', () => {
  const spans = (...ends: [number, number][]) => ends.map(([min, max]) => ({ min, max }))
  expect(isCounter(spans([1, 2], [3, 4], [4, 9]))).toBe(true)
  expect(isCounter(spans([7, 9], [4, 6], [1, 2]))).toBe(true)
  expect(isCounter(spans([1, 4], [3, 6], [6, 9]))).toBe(false)
  expect(isCounter(spans([1, 2], [5, 6], [3, 4]))).toBe(false)
  expect(isCounter(spans([1, 2], [3, 4]))).toBe(false)
  expect(isCounter(spans([3, 3], [3, 3], [3, 3]))).toBe(false)
})
