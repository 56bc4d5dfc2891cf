import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addToSignal, NO_SIGNAL, readSignal } from './signal.ts'

// Σd = 10, Σd² = 20 of 100 rows; then 0 and 4 of 100; then 3 and 5 of 50. By hand, with ρ = ½:
// m 10, 5, 5.5 · w 100, 150, 125 · v 20, 14, 12 · g .1, 1/30, .044
// u 0; 0/4 + (0 − 100/30)² = 100/9; 25/9 + (3 − 50 · .044)² = 25/9 + .64
const BATCHES = [
  { sum: 10, sumSquares: 20, rows: 100 },
  { sum: 0, sumSquares: 4, rows: 100 },
  { sum: 3, sumSquares: 5, rows: 50 },
]
const BY_HAND = [
  { m: 10, w: 100, v: 20, u: 0 },
  { m: 5, w: 150, v: 14, u: 100 / 9 },
  { m: 5.5, w: 125, v: 12, u: 25 / 9 + 0.64 },
]

test('three batches give the sums, the gap and the standard error that were worked out by hand', () => {
  let signal = NO_SIGNAL
  for (const [i, batch] of BATCHES.entries()) {
    signal = addToSignal(signal, batch)
    const expected = BY_HAND[i]!
    for (const key of ['m', 'w', 'v', 'u'] as const) expect(signal[key]).toBeCloseTo(expected[key], 12)
    const { gap, standardError } = readSignal(signal)
    expect(gap).toBeCloseTo(expected.m / expected.w, 12)
    expect(standardError).toBeCloseTo(Math.sqrt(expected.v + expected.u + 1) / expected.w, 12)
  }
})

test('days that differ widen the interval; equal days do not', () => {
  const equal = [5, 5, 5, 5].reduce(
    (s, sum) => addToSignal(s, { sum, sumSquares: 20, rows: 100 }),
    addToSignal(NO_SIGNAL, { sum: 5, sumSquares: 20, rows: 100 }),
  )
  const different = [25, -15, 25, -15].reduce(
    (s, sum) => addToSignal(s, { sum, sumSquares: 20, rows: 100 }),
    addToSignal(NO_SIGNAL, { sum: 5, sumSquares: 20, rows: 100 }),
  )
  expect(equal.u).toBeCloseTo(0, 12)
  expect(readSignal(different).standardError).toBeGreaterThan(2 * readSignal(equal).standardError)
})

test('the gap lies between the smallest and the largest batch mean, and its error is above zero', () => {
  const batch = fc
    .record({ rows: fc.integer({ min: 1, max: 5000 }), share: fc.double({ min: -1, max: 1, noNaN: true }) })
    .map(({ rows, share }) => ({ rows, sum: rows * share, sumSquares: rows * Math.abs(share) }))
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 20 }), (batches) => {
      const { gap, standardError } = readSignal(batches.reduce(addToSignal, NO_SIGNAL))
      const means = batches.map(({ sum, rows }) => sum / rows)
      expect(gap).toBeGreaterThanOrEqual(Math.min(...means) - 1e-9)
      expect(gap).toBeLessThanOrEqual(Math.max(...means) + 1e-9)
      expect(standardError).toBeGreaterThan(0)
    }),
    { seed: 11, numRuns: 300 },
  )
})

test('a batch counts half as much with each that follows', () => {
  const first = addToSignal(NO_SIGNAL, { sum: 8, sumSquares: 8, rows: 8 })
  const later = [1, 2, 3].reduce((s) => addToSignal(s, { sum: 0, sumSquares: 0, rows: 8 }), first)
  expect(later.m).toBe(1)
  expect(later.w).toBe(15)
  expect(later.v).toBe(1)
})
