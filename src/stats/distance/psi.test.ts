import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { psi } from './psi.ts'

const runs = { seed: 12, numRuns: 300 }
const counts = fc.nat({ max: 1000 })
const twoHistograms = fc
  .array(fc.tuple(counts, counts), { minLength: 1, maxLength: 20 })
  .filter((bins) => bins.some(([a]) => a > 0) && bins.some(([, b]) => b > 0))

describe('PSI', () => {
  test('is the same both ways and never negative', () => {
    fc.assert(
      fc.property(twoHistograms, (bins) => {
        const [a, b] = [bins.map(([x]) => x), bins.map(([, y]) => y)]
        expect(psi(a, b, 0.5)).toBeGreaterThanOrEqual(0)
        expect(psi(a, b, 0.5)).toBeCloseTo(psi(b, a, 0.5), 12)
      }),
      runs,
    )
  })

  test('is zero for equal counts and above zero for any other of the same rows', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 20 }), (a) => {
        expect(psi(a, a, 0.5)).toBe(0)
        const moved = a.with(0, a[0]! - 1).with(1, a[1]! + 1)
        expect(psi(a, moved, 0.5)).toBeGreaterThan(0)
      }),
      runs,
    )
  })

  test('grows as more rows move from one bin to another', () => {
    let last = 0
    for (let moved = 1; moved <= 100; moved++) {
      const value = psi([100, 100], [100 - moved, 100 + moved], 0.5)
      expect(value).toBeGreaterThan(last)
      last = value
    }
  })

  test('does not depend on the order of the bins', () => {
    fc.assert(
      fc.property(twoHistograms, (bins) => {
        const turned = [...bins].reverse()
        const of = (xs: typeof bins) =>
          psi(
            xs.map(([x]) => x),
            xs.map(([, y]) => y),
            1,
          )
        expect(of(turned)).toBeCloseTo(of(bins), 12)
      }),
      runs,
    )
  })

  test('stays finite where a bin is empty on one side, and for 10⁹ rows', () => {
    expect(psi([0, 1], [1, 0], 1e-9)).toBeLessThan(50)
    expect(psi([1e9, 0], [0, 1e9], 0.5)).toBeLessThan(50)
    expect(psi([1e9, 1e9], [1e9, 1e9], 0.5)).toBe(0)
  })

  test('of a single bin is zero', () => {
    expect(psi([3], [500], 0.5)).toBeCloseTo(0, 15)
  })

  test('refuses histograms it cannot compare, and says what it got', () => {
    expect(() => psi([], [], 0.5)).toThrow('share their bins')
    expect(() => psi([1, 2], [1], 0.5)).toThrow('got 2 and 1 counts')
    expect(() => psi([0, 0], [1, 1], 0.5)).toThrow('must not be empty')
    expect(() => psi([1, -1], [1, 1], 0.5)).toThrow('got -1')
    expect(() => psi([1, Number.NaN], [1, 1], 0.5)).toThrow('got NaN')
    expect(() => psi([1, Infinity], [1, 1], 0.5)).toThrow('got Infinity')
    for (const smoothing of [0, -1, Number.NaN, Infinity]) {
      expect(() => psi([1], [1], smoothing)).toThrow(`got ${smoothing}`)
    }
  })
})
