import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { energyDistance, energyFromCounts } from './energy.ts'
import { hellinger } from './hellinger.ts'
import { jensenShannon } from './jensen-shannon.ts'
import { totalVariation } from './total-variation.ts'
import { wasserstein, wassersteinFromCounts } from './wasserstein.ts'

const runs = { seed: 21, numRuns: 300 }
const count = fc.nat({ max: 50 })
const twoHistograms = fc
  .array(fc.tuple(count, count), { minLength: 2, maxLength: 12 })
  .filter((bins) => bins.some(([a]) => a > 0) && bins.some(([, b]) => b > 0))
  .map((bins) => [bins.map(([a]) => a), bins.map(([, b]) => b)] as const)
const threeHistograms = fc
  .array(fc.tuple(count, count, count), { minLength: 2, maxLength: 12 })
  .filter((bins) => [0, 1, 2].every((which) => bins.some((bin) => bin[which]! > 0)))
  .map((bins) => [0, 1, 2].map((which) => bins.map((bin) => bin[which]!)))
const sample = fc
  .array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 30 })
  .map((xs) => Float64Array.from(xs))

/** The first bin and the next in one. */
function merged(counts: readonly number[]): number[] {
  return [counts[0]! + counts[1]!, ...counts.slice(2)]
}

const onBins = [
  ['Jensen–Shannon', jensenShannon],
  ['Hellinger', hellinger],
  ['total variation', totalVariation],
] as const

describe.each(onBins)('%s', (_, measure) => {
  test('is a share, the same both ways, and zero for equal shares of other numbers of rows', () => {
    fc.assert(
      fc.property(twoHistograms, ([a, b]) => {
        const value = measure(a, b)
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
        expect(measure(b, a)).toBeCloseTo(value, 14)
        const threefold = a.map((rows) => 3 * rows)
        expect(measure(a, threefold)).toBeLessThan(1e-7)
        expect(measure(threefold, b)).toBeCloseTo(value, 12)
      }),
      runs,
    )
  })

  test('is above zero when a row moves, and never grows when two bins merge', () => {
    fc.assert(
      fc.property(twoHistograms, ([a, b]) => {
        const one = a.map((rows) => rows + 1)
        expect(measure(one, one.with(0, one[0]! - 1).with(1, one[1]! + 1))).toBeGreaterThan(1e-4)
        expect(measure(merged(a), merged(b))).toBeLessThanOrEqual(measure(a, b) + 1e-12)
      }),
      runs,
    )
  })

  test('keeps the triangle inequality', () => {
    fc.assert(
      fc.property(threeHistograms, ([a, b, c]) => {
        expect(measure(a!, c!)).toBeLessThanOrEqual(measure(a!, b!) + measure(b!, c!) + 1e-12)
      }),
      runs,
    )
  })

  test('does not depend on the order of the bins, nor on bins that both leave empty', () => {
    fc.assert(
      fc.property(twoHistograms, ([a, b]) => {
        expect(measure(a.toReversed(), b.toReversed())).toBeCloseTo(measure(a, b), 12)
        expect(measure([0, ...a, 0], [0, ...b, 0])).toBeCloseTo(measure(a, b), 12)
      }),
      runs,
    )
  })

  test('is 1 without a bin in common, 0 in a single bin, and sees one row in 10⁹', () => {
    expect(measure([5, 0, 3, 0], [0, 2, 0, 9])).toBe(1)
    expect(measure([3], [500])).toBe(0)
    expect(measure([1e9, 1], [1e9, 2])).toBeGreaterThan(1e-10)
    expect(measure([1e9, 1], [1e9, 2])).toBeLessThan(1e-4)
  })

  test('refuses histograms it cannot compare, and says what it got', () => {
    expect(() => measure([], [])).toThrow('share their bins')
    expect(() => measure([1, 2], [1])).toThrow('got 2 and 1 counts')
    expect(() => measure([0, 0], [1, 1])).toThrow('must not be empty')
    expect(() => measure([1, 1], [0, 0])).toThrow('must not be empty')
    for (const wrong of [-1, Number.NaN, Infinity]) expect(() => measure([1, 1], [1, wrong])).toThrow(`got ${wrong}`)
  })
})

test('Hellinger, total variation and Jensen–Shannon bound one another', () => {
  fc.assert(
    fc.property(twoHistograms, ([a, b]) => {
      const [h, tv, js] = [hellinger(a, b), totalVariation(a, b), jensenShannon(a, b)]
      expect(h * h).toBeLessThanOrEqual(tv + 1e-12)
      expect(tv).toBeLessThanOrEqual(Math.SQRT2 * h + 1e-12)
      expect(js * js).toBeLessThanOrEqual(tv + 1e-12)
    }),
    runs,
  )
})

const onValues = [
  // The power of the unit in which the distance grows when all values are stretched.
  ['Wasserstein', wasserstein, wassersteinFromCounts, 1],
  ['energy', energyDistance, energyFromCounts, 0.5],
] as const

describe.each(onValues)('the %s distance', (_, ofValues, ofCounts, power) => {
  test('is the same both ways, zero for the same values in another order, and keeps the triangle inequality', () => {
    fc.assert(
      fc.property(sample, sample, sample, (a, b, c) => {
        expect(ofValues(a, b)).toBeCloseTo(ofValues(b, a), 12)
        expect(ofValues(a, a.toReversed())).toBe(0)
        expect(ofValues(a, c)).toBeLessThanOrEqual(ofValues(a, b) + ofValues(b, c) + 1e-12)
      }),
      runs,
    )
  })

  test('does not see a shift of both, and grows with the unit', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const value = ofValues(a, b)
        expect(
          ofValues(
            a.map((x) => x + 7),
            b.map((x) => x + 7),
          ),
        ).toBeCloseTo(value, 12)
        expect(
          ofValues(
            a.map((x) => 9 * x),
            b.map((x) => 9 * x),
          ),
        ).toBeCloseTo(value * 9 ** power, 12)
      }),
      runs,
    )
  })

  test('is the same on values and on bins when every value has its own', () => {
    const positions = Array.from({ length: 13 }, (_, i) => i - 6)
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const [ofA, ofB] = [a, b].map((xs) => positions.map((x) => xs.filter((y) => y === x).length))
        expect(ofCounts(ofA!, ofB!, positions)).toBeCloseTo(ofValues(a, b), 12)
      }),
      runs,
    )
  })

  test('counts shares, not rows', () => {
    expect(ofCounts([2, 6, 1], [1, 0, 4], [0, 1, 5])).toBeCloseTo(ofCounts([20, 60, 10], [1, 0, 4], [0, 1, 5]), 14)
  })

  test('is zero in bins of one position', () => {
    expect(ofCounts([5, 0], [0, 3], [2, 2])).toBe(0)
  })

  test('refuses what has no finite distance', () => {
    expect(() => ofValues(new Float64Array(0), Float64Array.of(1))).toThrow('at least one value')
    for (const wrong of [Number.NaN, Infinity, -Infinity]) {
      expect(() => ofValues(Float64Array.of(1), Float64Array.of(1, wrong))).toThrow(`got ${wrong}`)
      expect(() => ofCounts([1, 1], [1, 1], [0, wrong])).toThrow(`got ${wrong}`)
    }
    expect(() => ofCounts([1, 1], [1, 1], [0])).toThrow('got 1 for 2 bins')
    expect(() => ofCounts([1, 1], [1, 1], [1, 0])).toThrow('got 0 after 1')
    expect(() => ofCounts([1], [1, 1], [0])).toThrow('share their bins')
    expect(() => ofCounts([0, 0], [1, 1], [0, 1])).toThrow('must not be empty')
    expect(() => ofCounts([1, -2], [1, 1], [0, 1])).toThrow('got -2')
  })
})

test('Wasserstein is the shift of a shifted sample, exact at a scale of 10⁹', () => {
  const a = Float64Array.of(3, 1, 2, 2)
  const shifted = a.map((x) => x + 5)
  expect(wasserstein(a, shifted)).toBe(5)
  expect(
    wasserstein(
      a.map((x) => x * 1e9),
      shifted.map((x) => x * 1e9),
    ),
  ).toBeCloseTo(5e9, 3)
})

test('energy is the mean distance between the samples less those within them', () => {
  const mean = (a: Float64Array, b: Float64Array) =>
    [...a].reduce((sum, x) => sum + [...b].reduce((inner, y) => inner + Math.abs(x - y), 0), 0) / (a.length * b.length)
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      expect(energyDistance(a, b) ** 2).toBeCloseTo(2 * mean(a, b) - mean(a, a) - mean(b, b), 10)
    }),
    runs,
  )
})

test('the distances leave their samples in their order', () => {
  const [a, b] = [Float64Array.of(3, 1, 2), Float64Array.of(9, 8)]
  wasserstein(a, b)
  energyDistance(a, b)
  expect([...a, ...b]).toEqual([3, 1, 2, 9, 8])
})

test('positions that fall somewhere are refused, also above the first', () => {
  expect(() => energyFromCounts([1, 1, 1], [1, 1, 1], [0, 2, 1])).toThrow('must not decrease; got 1 after 2')
})
