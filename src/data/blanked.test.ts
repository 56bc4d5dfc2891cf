import { expect, test } from 'vitest'
import { blanked } from './blanked.ts'
import { frame } from './frame.ts'

const none = () => new Uint8Array(2)
const SOURCE = frame([
  { kind: 'numeric', name: 'n', values: Float64Array.of(1, 2), missing: none() },
  { kind: 'categorical', name: 'c', values: Int32Array.of(0, 1), missing: none(), categories: ['a', 'b'] },
  { kind: 'boolean', name: 'b', values: Uint8Array.of(1, 1), missing: none() },
  { kind: 'time', name: 't', values: Float64Array.of(5, 6), missing: none() },
])

test('the named column has no value in any row, the others are as they were, and the source too', () => {
  const before = structuredClone(SOURCE)
  const said: Readonly<Record<string, number>> = { n: Number.NaN, c: -1, b: 0, t: Number.NaN }
  for (const [at, { name }] of SOURCE.columns.entries()) {
    const { rows, columns } = blanked(SOURCE, name)
    expect(rows).toBe(2)
    expect([...columns[at]!.missing]).toEqual([1, 1])
    expect([...columns[at]!.values]).toEqual([said[name], said[name]])
    expect(columns.filter((_, other) => other !== at)).toEqual(SOURCE.columns.filter((_, other) => other !== at))
  }
  expect(SOURCE).toEqual(before)
})

test('without a column of that name nothing changes', () => {
  expect(blanked(SOURCE, 'x')).toBe(SOURCE)
})
