import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { histogram } from '../histogram.ts'
import { ksBound, ksFromCounts, ksTwoSample } from './ks.ts'

const runs = { seed: 14, numRuns: 300 }
/** Few distinct values, so that ties within and between samples are common. */
const tied = fc
  .array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 40 })
  .map((xs) => Float64Array.from(xs))
const edges = fc.array(fc.integer({ min: -7, max: 7 }), { maxLength: 10 }).map((xs) => xs.sort((a, b) => a - b))

function shareAtMost(values: Float64Array, x: number): number {
  return values.filter((value) => value <= x).length / values.length
}

describe('the two-sample KS test', () => {
  test('finds the largest distance between the two empirical distributions', () => {
    fc.assert(
      fc.property(tied, tied, (a, b) => {
        const distances = [...a, ...b].map((x) => Math.abs(shareAtMost(a, x) - shareAtMost(b, x)))
        expect(ksTwoSample(a, b).statistic).toBeCloseTo(Math.max(...distances), 12)
      }),
      runs,
    )
  })

  test('is the same both ways and gives shares', () => {
    fc.assert(
      fc.property(tied, tied, (a, b) => {
        const result = ksTwoSample(a, b)
        expect(ksTwoSample(b, a)).toEqual(result)
        for (const share of [result.statistic, result.pValue]) {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1)
        }
      }),
      runs,
    )
  })

  test('sees only the order: an increasing transform changes nothing', () => {
    fc.assert(
      fc.property(tied, tied, (a, b) => {
        const stretched = (xs: Float64Array) => xs.map((x) => x ** 3 * 1e9 + 5)
        expect(ksTwoSample(stretched(a), stretched(b))).toEqual(ksTwoSample(a, b))
      }),
      runs,
    )
  })

  test('of the same values in another order finds nothing', () => {
    fc.assert(
      fc.property(tied, (a) => {
        expect(ksTwoSample(a, a.toReversed())).toEqual({ statistic: 0, pValue: 1 })
      }),
      runs,
    )
  })

  test('becomes surer as two samples move apart', () => {
    const a = Float64Array.from({ length: 60 }, (_, i) => i)
    let last = 1.1
    for (const shift of [0.5, 10.5, 20.5, 30.5, 59.5]) {
      const { pValue } = ksTwoSample(
        a,
        a.map((x) => x + shift),
      )
      expect(pValue).toBeLessThan(last)
      last = pValue
    }
  })

  test('of separate samples has distance 1', () => {
    const far = ksTwoSample(Float64Array.of(1, 2, 3), Float64Array.of(4, 5))
    expect(far).toEqual({ statistic: 1, pValue: 0 })
  })

  test('takes infinite values, constants and single rows', () => {
    const ends = Float64Array.of(-Infinity, Infinity)
    expect(ksTwoSample(ends, ends)).toEqual({ statistic: 0, pValue: 1 })
    expect(ksTwoSample(new Float64Array(50), new Float64Array(9))).toEqual({ statistic: 0, pValue: 1 })
    expect(ksTwoSample(Float64Array.of(1), Float64Array.of(1)).pValue).toBe(1)
  })

  test('leaves its samples in their order', () => {
    const [a, b] = [Float64Array.of(3, 1, 2), Float64Array.of(9, 8)]
    ksTwoSample(a, b)
    expect([...a, ...b]).toEqual([3, 1, 2, 9, 8])
  })

  test('refuses an empty sample and missing values', () => {
    expect(() => ksTwoSample(new Float64Array(0), Float64Array.of(1))).toThrow('at least one value')
    expect(() => ksTwoSample(Float64Array.of(1), Float64Array.of(1, Number.NaN))).toThrow('NaN')
  })
})

describe('KS on counts', () => {
  test('never exceeds the statistic on raw values, and its p-value is never smaller', () => {
    fc.assert(
      fc.property(tied, tied, edges, (a, b, cuts) => {
        const raw = ksTwoSample(a, b)
        const binned = ksFromCounts(histogram(a, cuts), histogram(b, cuts))
        expect(binned.statistic).toBeLessThanOrEqual(raw.statistic + 1e-12)
        expect(binned.pValue).toBeGreaterThanOrEqual(raw.pValue - 1e-12)
      }),
      runs,
    )
  })

  test('equals the test on raw values when every value has its own bin', () => {
    const cuts = Array.from({ length: 14 }, (_, i) => i - 6.5)
    fc.assert(
      fc.property(tied, tied, (a, b) => {
        expect(ksFromCounts(histogram(a, cuts), histogram(b, cuts))).toEqual(ksTwoSample(a, b))
      }),
      runs,
    )
  })

  test('sees nothing in a single bin', () => {
    expect(ksFromCounts([10], [99])).toEqual({ statistic: 0, pValue: 1 })
  })

  test('counts 10⁹ rows', () => {
    expect(ksFromCounts([5e8, 5e8], [5e8 + 1e5, 5e8 - 1e5]).statistic).toBeCloseTo(1e-4, 12)
  })

  test('refuses counts that are no counts', () => {
    expect(() => ksFromCounts([], [])).toThrow('share their bins')
    expect(() => ksFromCounts([1], [1, 2])).toThrow('got 1 and 2 counts')
    expect(() => ksFromCounts([1, 2.5], [1, 2])).toThrow('got 2.5')
    expect(() => ksFromCounts([1, -2], [1, 2])).toThrow('got -2')
    expect(() => ksFromCounts([0, 0], [1, 2])).toThrow('must not be empty')
  })
})

test('the bound in closed form is where the test becomes significant, and never below', () => {
  for (const [n, m, level] of [
    [1000, 1000, 0.05],
    [5000, 300, 0.01],
    [100_000, 200_000, 1e-5],
  ] as const) {
    const bound = ksBound(level, n, m)
    expect(bound).toBeCloseTo(Math.sqrt((Math.log(2 / level) / 2) * ((n + m) / (n * m))), 14)
    const counts = (distance: number, rows: number) => [
      Math.round(rows * (0.5 + distance)),
      Math.round(rows * (0.5 - distance)),
    ]
    const at = (distance: number) => ksFromCounts(counts(0, n), counts(distance, m)).pValue
    expect(at(bound * 1.05)).toBeLessThan(level)
    expect(at(bound * 0.9)).toBeGreaterThan(level)
  }
  for (const [level, rows] of [
    [0, 5],
    [1, 5],
    [0.05, 0],
  ] as const) {
    expect(() => ksBound(level, rows, 10)).toThrow(RangeError)
  }
})
