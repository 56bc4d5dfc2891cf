import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kolmogorovTail } from './kolmogorov.ts'

const runs = { seed: 13, numRuns: 300 }

/** Kolmogorov 1933: 2 Σ (−1)^{k−1} e^{−2k²z²}, the limit for many rows. */
function limit(z: number): number {
  let sum = 0
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * z * z)
  return sum
}

describe("Kolmogorov's tail", () => {
  test('is a probability that does not grow with the distance', () => {
    const deviate = fc.double({ min: 0, max: 4, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), deviate, deviate, (n, z1, z2) => {
        const [near, far] = [Math.min(z1, z2) / Math.sqrt(n), Math.max(z1, z2) / Math.sqrt(n)]
        const [atNear, atFar] = [kolmogorovTail(n, near), kolmogorovTail(n, far)]
        expect(atFar).toBeGreaterThanOrEqual(0)
        expect(atNear).toBeLessThanOrEqual(1)
        // Where one form takes over from another they differ by up to 5e-8.
        expect(atFar).toBeLessThanOrEqual(atNear + 1e-7)
      }),
      runs,
    )
  })

  test('of one row has its closed form: 2(1 − d) from a half on', () => {
    for (const d of [0.5, 0.6, 0.75, 0.9, 1]) expect(kolmogorovTail(1, d)).toBeCloseTo(2 * (1 - d), 14)
  })

  test('of two rows has its closed form below a half: 1 − 2(2d − ½)²', () => {
    for (const d of [0.25, 0.3, 0.4, 0.5]) expect(kolmogorovTail(2, d)).toBeCloseTo(1 - 2 * (2 * d - 0.5) ** 2, 14)
  })

  test('approaches its limit as 1/√n', () => {
    for (const n of [1e4, 1e6, 1e8]) {
      for (const z of [0.5, 0.8, 1, 1.36, 1.63, 2]) {
        expect(Math.abs(kolmogorovTail(n, z / Math.sqrt(n)) - limit(z))).toBeLessThan(0.5 / Math.sqrt(n))
      }
    }
  })

  test('is continuous where the sum for few rows gives way to the expansion for many', () => {
    for (const z of [1.49, 2, 3, 4]) {
      const before = kolmogorovTail(100_000, z / Math.sqrt(100_000))
      const after = kolmogorovTail(100_001, z / Math.sqrt(100_001))
      expect(Math.abs(after - before)).toBeLessThan(1e-9)
    }
  })

  test('is 1 without distance and 0 from distance 1 on', () => {
    for (const n of [1, 7, 150, 1e6]) {
      expect(kolmogorovTail(n, 0)).toBe(1)
      expect(kolmogorovTail(n, 1)).toBe(0)
      expect(kolmogorovTail(n, 1.1)).toBe(0)
    }
  })

  test('refuses rows that are not a whole number above 0, and a distance that is no number', () => {
    for (const n of [0, -1, 2.5, Number.NaN]) expect(() => kolmogorovTail(n, 0.5)).toThrow(`got ${n}`)
    expect(() => kolmogorovTail(5, Number.NaN)).toThrow('got NaN')
  })
})
