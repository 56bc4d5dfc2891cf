import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleByWeight } from './sample-by-weight.ts'

const weightsOf = fc.array(fc.double({ min: 1e-9, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 })

test('rows are increasing, none twice, no more than allowed, and the same for the same seed', () => {
  fc.assert(
    fc.property(weightsOf, fc.integer({ min: 1, max: 400 }), fc.nat(1000), (weights, most, seed) => {
      const rows = sampleByWeight(Float64Array.from(weights), most, seed)
      expect(rows.length).toBeLessThanOrEqual(Math.min(most, weights.length))
      for (const [i, row] of rows.entries()) expect(row).toBeGreaterThan(rows[i - 1] ?? -1)
      expect(sampleByWeight(Float64Array.from(weights), most, seed)).toEqual(rows)
    }),
  )
})

test('equal weights, however small, keep every row', () => {
  for (const weight of [1e-9, 0.3, 1]) {
    expect([...sampleByWeight(new Float64Array(1000).fill(weight), 1000, 7)]).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    )
  }
})

test('each group is kept in proportion to its weight, also below a limit of rows', () => {
  const weights = Float64Array.from({ length: 4000 }, (_, row) => 2 ** (Math.floor(row / 1000) - 3))
  const groups = (most: number, seed: number) => {
    const counts = [0, 0, 0, 0]
    for (const row of sampleByWeight(weights, most, seed)) counts[Math.floor(row / 1000)]! += 1
    return counts
  }
  for (const seed of [1, 2, 3]) {
    const all = groups(10_000, seed)
    for (const [i, wanted] of [125, 250, 500, 1000].entries()) expect(Math.abs(all[i]! - wanted)).toBeLessThanOrEqual(1)
    const few = groups(375, seed)
    for (const [i, wanted] of [25, 50, 100, 200].entries()) expect(Math.abs(few[i]! - wanted)).toBeLessThanOrEqual(1)
  }
})

test('which rows of equal weight are kept depends on the seed', () => {
  const weights = Float64Array.from({ length: 200 }, (_, row) => (row < 100 ? 0.1 : 1))
  const kept = new Set(Array.from({ length: 20 }, (_, seed) => sampleByWeight(weights, 200, seed)[0]))
  expect(kept.size).toBeGreaterThan(3)
})
