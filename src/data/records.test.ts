import { expect, test } from 'vitest'
import { frameOfRows } from './records.ts'
import type { Schema } from './schema.ts'

const SCHEMA: Schema = [
  { name: 'n', kind: 'numeric' },
  { name: 'c', kind: 'categorical' },
  { name: 'b', kind: 'boolean' },
]
const build = (...rows: Parameters<typeof frameOfRows>[0]) => frameOfRows(rows, SCHEMA, 'gates[0]')

test('each value stands in its column; what is null or left out is missing', () => {
  const { rows, columns } = build({ n: 1.5, c: 'red', b: true }, { c: 7, n: null }, { b: false, c: 'red' })
  expect(rows).toBe(3)
  expect(columns).toEqual([
    {
      kind: 'numeric',
      name: 'n',
      values: Float64Array.of(1.5, Number.NaN, Number.NaN),
      missing: Uint8Array.of(0, 1, 1),
    },
    {
      kind: 'categorical',
      name: 'c',
      values: Int32Array.of(0, 1, 0),
      missing: Uint8Array.of(0, 0, 0),
      categories: ['red', '7'],
    },
    { kind: 'boolean', name: 'b', values: Uint8Array.of(1, 0, 0), missing: Uint8Array.of(0, 1, 0) },
  ])
})

test('a name that is no column, and a value that does not fit, are refused with the row', () => {
  expect(() => build({ n: 1 }, { size: 1 })).toThrow(
    "gates[0]: row 2 names 'size', which is no feature; there are: n, c, b",
  )
  expect(() => build({ n: 'tall' })).toThrow("'n' of row 1 must be a number; got 'tall'")
  expect(() => build({ b: 1 })).toThrow("'b' of row 1 must be true or false; got '1'")
})

test('a column called like a property of every object is missing where it is not given', () => {
  const { columns } = frameOfRows([{}], [{ name: 'constructor', kind: 'numeric' }], 'here')
  expect(columns[0]?.missing[0]).toBe(1)
})
