import { expect, test } from 'vitest'
import { normal, seededRng } from '../base/rng.ts'
import { type CodedRows, fitOneHotRidge } from './one-hot-ridge.ts'

function coded(codes: readonly number[], width: number): CodedRows {
  return { codes: Uint8Array.from(codes), width, bins: 4 }
}

test('one feature: each bin is shrunk to the mean by n/(n + λ)', () => {
  const rows = coded([0, 0, 0, 1, 1, 1], 1)
  const model = fitOneHotRidge(rows, Float64Array.of(1, 2, 3, 5, 6, 7), 1)
  // ȳ = 4; bin 0 lies at 2, bin 1 at 6, each of three rows: 4 ∓ 2 · 3/4.
  expect([0, 3].map((row) => model.predict(rows, row))).toEqual([2.5, 5.5])
  expect(model.predict(coded([2], 1), 0)).toBe(4)
})

test('two features add up', () => {
  const codes = Array.from({ length: 400 }, (_, i) => [i % 2, 2 + (Math.floor(i / 2) % 2)]).flat()
  const rows = coded(codes, 2)
  const y = Float64Array.from({ length: 400 }, (_, i) => 10 * (i % 2) + (Math.floor(i / 2) % 2))
  const model = fitOneHotRidge(rows, y, 1e-6)
  expect(model.predict(coded([0, 2], 2), 0)).toBeCloseTo(0, 3)
  expect(model.predict(coded([1, 3], 2), 0)).toBeCloseTo(11, 3)
  expect(model.meanOver(coded([1, 2, 0, 3], 2)).mean).toBeCloseTo(5.5, 3)
})

test('the variance of a mean is the spread of that mean over samples', () => {
  const fresh = coded([0, 0, 0, 1], 1)
  const means: number[] = []
  let claimed = 0
  const rng = seededRng(3)
  for (let sample = 0; sample < 400; sample++) {
    const codes = Array.from({ length: 200 }, () => (rng() < 0.3 ? 0 : 1))
    const y = Float64Array.from(codes, (code) => (code === 0 ? 2 + 3 * normal(rng) : 1 + normal(rng)))
    const { mean, variance } = fitOneHotRidge(coded(codes, 1), y, 1).meanOver(fresh)
    means.push(mean)
    claimed += variance / 400
  }
  const centre = means.reduce((a, b) => a + b, 0) / 400
  const spread = means.reduce((sum, mean) => sum + (mean - centre) ** 2, 0) / 399
  expect(claimed / spread).toBeGreaterThan(0.8)
  expect(claimed / spread).toBeLessThan(1.25)
})

test('without features it is the mean', () => {
  const model = fitOneHotRidge(coded([], 0), Float64Array.of(1, 3), 1)
  expect(model.meanOver(coded([], 0))).toEqual({ mean: 2, variance: 0.5 })
})

test('refuses no rows, missing codes, a ridge of 0 and values that are not finite', () => {
  expect(() => fitOneHotRidge(coded([], 1), new Float64Array(0), 1)).toThrow(/at least one row/)
  expect(() => fitOneHotRidge(coded([1], 1), Float64Array.of(1, 2), 1)).toThrow(/2 x 1 codes/)
  expect(() => fitOneHotRidge(coded([1], 1), Float64Array.of(1), 0)).toThrow(/lambda/)
  expect(() => fitOneHotRidge(coded([1], 1), Float64Array.of(Number.NaN), 1)).toThrow(/finite/)
})
