import { expect, test } from 'vitest'
import type { Column } from './frame.ts'
import { slicesOf } from './row-slices.ts'

function numeric(values: readonly number[]): Column {
  return {
    kind: 'numeric',
    name: 'x',
    values: Float64Array.from(values),
    missing: Uint8Array.from(values, (x) => (Number.isNaN(x) ? 1 : 0)),
  }
}

const cut = (column: Column, least = 1) => slicesOf(column, least).map(({ value, rows }) => [value, [...rows]])

test('few distinct numbers are slices of their own, in order; no value is one too', () => {
  expect(cut(numeric([3, 1, 3, Number.NaN, -2]))).toEqual([
    ['-2', [4]],
    ['1', [1]],
    ['3', [0, 2]],
    ['(no value)', [3]],
  ])
})

test('many distinct numbers are cut in quartiles', () => {
  const slices = cut(numeric(Array.from({ length: 101 }, (_, i) => i)))
  expect(slices.map(([value]) => value)).toEqual(['< 25', '25 to 50', '50 to 75', '≥ 75'])
  expect(slices[1]?.[1]).toEqual(Array.from({ length: 25 }, (_, i) => 25 + i))
})

test('quartiles that coincide are one', () => {
  const values = [...Array.from({ length: 90 }, () => 0), ...Array.from({ length: 10 }, (_, i) => i + 1)]
  expect(cut(numeric(values)).map(([value]) => value)).toEqual(['≥ 0'])
})

test('of categories the most frequent are kept, and none with too few rows', () => {
  const values = Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : 1 + (i % 30)))
  const categories = Array.from({ length: 31 }, (_, i) => `c${i}`)
  const column: Column = {
    kind: 'categorical',
    name: 'c',
    values: Int32Array.from(values),
    categories,
    missing: new Uint8Array(200),
  }
  expect(slicesOf(column, 1)).toHaveLength(12)
  expect(cut(column, 50).map(([value]) => value)).toEqual(['c0'])
})

test('truth values are two slices, times none', () => {
  const flags: Column = { kind: 'boolean', name: 'b', values: Uint8Array.of(1, 0, 1), missing: Uint8Array.of(0, 0, 1) }
  expect(cut(flags)).toEqual([
    ['true', [0]],
    ['false', [1]],
    ['(no value)', [2]],
  ])
  const time: Column = { kind: 'time', name: 't', values: Float64Array.of(1), missing: new Uint8Array(1) }
  expect(cut(time)).toEqual([])
})
