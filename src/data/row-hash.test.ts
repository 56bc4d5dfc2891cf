import { expect, test } from 'vitest'
import { frame } from './frame.ts'
import { rowHashes } from './row-hash.ts'

const number = (values: number[], missing = values.map(() => 0)) =>
  ({ kind: 'numeric', name: 'x', values: Float64Array.from(values), missing: Uint8Array.from(missing) }) as const

test('equal rows agree, whatever the order of their category codes', () => {
  const missing = new Uint8Array(2)
  const a = frame([{ kind: 'categorical', name: 'c', values: Int32Array.of(0, 1), categories: ['u', 'v'], missing }])
  const b = frame([{ kind: 'categorical', name: 'c', values: Int32Array.of(0, 1), categories: ['v', 'u'], missing }])
  expect([...rowHashes(a)].reverse()).toEqual([...rowHashes(b)])
})

test('rows that differ in one value, or in missing against zero, do not agree', () => {
  const [one, two, zero, missing] = rowHashes(frame([number([1, 2, 0, 0], [0, 0, 0, 1])]))
  expect(new Set([one, two, zero, missing]).size).toBe(4)
})

test('100,000 different numbers have 100,000 different fingerprints', () => {
  const hashes = rowHashes(frame([number(Array.from({ length: 100_000 }, (_, i) => i / 7))]))
  expect(new Set(hashes).size).toBe(100_000)
})
