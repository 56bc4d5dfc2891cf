import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chiSquared } from './chi-squared.ts'
import { gTest } from './g-test.ts'
import { poolBins } from './pool-bins.ts'
import { chiSquaredTail, normalTails, studentTails } from './tails.ts'
import { twoProportion } from './two-proportion.ts'
import { welch } from './welch.ts'

/** The tests of counts and moments, which see no order: χ², G, two shares, two means. */

const runs = { seed: 23, numRuns: 300 }
const count = fc.nat({ max: 60 })
const twoHistograms = fc
  .array(fc.tuple(count, count), { minLength: 1, maxLength: 12 })
  .filter((bins) => bins.some(([a]) => a > 0) && bins.some(([, b]) => b > 0))
  .map((bins) => [bins.map(([a]) => a), bins.map(([, b]) => b)] as const)
const sum = (counts: ArrayLike<number>) => Array.from(counts).reduce((rows, x) => rows + x, 0)

describe.each([
  ['χ²', chiSquared],
  ['G', gTest],
] as const)('%s', (_, measure) => {
  test('gives a probability, the same both ways and in any order of the bins when none are pooled', () => {
    fc.assert(
      fc.property(twoHistograms, ([a, b]) => {
        const options = { minExpected: 0 }
        const { statistic, pValue, degreesOfFreedom } = measure(a, b, options)
        expect(statistic).toBeGreaterThanOrEqual(0)
        expect(pValue).toBeGreaterThanOrEqual(0)
        expect(pValue).toBeLessThanOrEqual(1)
        expect(degreesOfFreedom).toBe(a.filter((rows, i) => rows + b[i]! > 0).length - 1)
        expect(measure(b, a, options).statistic).toBeCloseTo(statistic, 9)
        expect(measure(a.toReversed(), b.toReversed(), options).statistic).toBeCloseTo(statistic, 9)
      }),
      runs,
    )
  })

  test('is zero for equal shares, and above it otherwise', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 20, max: 90 }), { minLength: 2, maxLength: 9 }), (a) => {
        const twice = a.map((rows) => 2 * rows)
        expect(measure(a, twice).statistic).toBeLessThan(1e-9)
        expect(measure(a, twice).pValue).toBeGreaterThan(0.9999)
        expect(measure(a, twice.with(0, twice[0]! + 5)).statistic).toBeGreaterThan(1e-3)
      }),
      runs,
    )
  })

  test('drops bins that are empty in both', () => {
    expect(measure([30, 0, 20, 0], [10, 0, 30, 0])).toEqual(measure([30, 20], [10, 30]))
  })

  test('has nothing to compare in one bin', () => {
    const nothing = { statistic: 0, pValue: 1, degreesOfFreedom: 0 }
    expect(measure([5], [9])).toMatchObject(nothing)
    expect(measure([0, 5], [0, 9])).toMatchObject(nothing)
  })

  test('keeps the digits of 10⁹ rows', () => {
    expect(measure([5e8, 5e8], [5e8, 5e8]).pValue).toBe(1)
    const { statistic } = measure([5e8 + 1e5, 5e8 - 1e5], [5e8, 5e8])
    expect(statistic).toBeCloseTo(20, 3)
  })

  test('refuses counts that are no counts, and a bound that is none', () => {
    expect(() => measure([], [])).toThrow('share their bins')
    expect(() => measure([1], [1, 2])).toThrow('got 1 and 2 counts')
    expect(() => measure([1, 2.5], [1, 2])).toThrow('got 2.5')
    expect(() => measure([0, 0], [1, 2])).toThrow('must not be empty')
    for (const minExpected of [-1, Number.NaN, Infinity]) {
      expect(() => measure([1, 2], [1, 2], { minExpected })).toThrow(`got ${minExpected}`)
    }
  })
})

test("Williams' factor makes G smaller, the more so the fewer the rows", () => {
  const ratio = (a: number[], b: number[]) => gTest(a, b, { isCorrected: false }).statistic / gTest(a, b).statistic
  expect(ratio([5, 10], [10, 5])).toBeGreaterThan(ratio([500, 1000], [1000, 500]))
  expect(ratio([500, 1000], [1000, 500])).toBeGreaterThan(1)
  expect(ratio([5, 10], [10, 5])).toBeLessThan(1.2)
})

describe('pooling', () => {
  test('keeps every row, and leaves no bin sparse unless it is the only one', () => {
    fc.assert(
      fc.property(twoHistograms, fc.constantFrom(0, 1, 5), ([a, b], least) => {
        const { reference, current, rowsA, rowsB } = poolBins(a, b, least)
        expect([sum(reference), sum(current)]).toEqual([sum(a), sum(b)])
        expect([rowsA, rowsB]).toEqual([sum(a), sum(b)])
        if (reference.length === 1) return
        const smaller = Math.min(rowsA, rowsB) / (rowsA + rowsB)
        for (const [i, rows] of reference.entries()) {
          expect((rows + current[i]!) * smaller).toBeGreaterThanOrEqual(least - 1e-9)
        }
      }),
      runs,
    )
  })

  test('looks at the rows of both together only', () => {
    fc.assert(
      fc.property(twoHistograms, ([a, b]) => {
        const swapped = poolBins(b, a, 5)
        const pooled = poolBins(a, b, 5)
        expect([...swapped.reference]).toEqual([...pooled.current])
        expect(swapped.pooledBins).toBe(pooled.pooledBins)
      }),
      runs,
    )
  })

  test('gathers the smallest first; what remains joins the last gathered bin', () => {
    // At equal sizes a bin needs ten rows in both together.
    const pooled = poolBins([20, 4, 1, 2, 3], [20, 3, 1, 3, 3], 5)
    expect([...pooled.reference]).toEqual([20, 10])
    expect(pooled.pooledBins).toBe(4)
  })

  test('takes 200,000 sparse bins beside one full bin', () => {
    const sparse = new Array<number>(200_000).fill(1)
    const pooled = poolBins([50, ...new Array<number>(200_000).fill(0)], [2e6, ...sparse], 5)
    expect([...pooled.current]).toEqual([2_200_000])
    expect(pooled.pooledBins).toBe(200_001)
  })

  test('lets a lone sparse bin join the smallest full one, and counts both', () => {
    const pooled = poolBins([40, 20, 1], [40, 20, 1], 5)
    expect([...pooled.reference]).toEqual([40, 21])
    expect(pooled.pooledBins).toBe(2)
    expect(poolBins([40, 20], [40, 20], 5).pooledBins).toBe(0)
  })
})

describe('the test of two shares', () => {
  test('is the root of χ² of its table', () => {
    fc.assert(
      fc.property(count, count, count, count, (a, restA, b, restB) => {
        fc.pre(a + restA > 0 && b + restB > 0 && a + b > 0 && restA + restB > 0)
        const { statistic, pValue } = twoProportion(a, a + restA, b, b + restB)
        const squared = chiSquared([a, restA], [b, restB], { minExpected: 0 })
        expect(statistic ** 2).toBeCloseTo(squared.statistic, 9)
        expect(pValue).toBeCloseTo(squared.pValue, 10)
        expect(Math.sign(statistic)).toBe(Math.sign(a * restB - b * restA))
      }),
      runs,
    )
  })

  test('finds nothing where no row or each row is a success', () => {
    expect(twoProportion(0, 5, 0, 900)).toEqual({ statistic: 0, pValue: 1 })
    expect(twoProportion(5, 5, 900, 900)).toEqual({ statistic: 0, pValue: 1 })
  })

  test('refuses what is no share', () => {
    expect(() => twoProportion(1, 0, 1, 2)).toThrow('got 0')
    expect(() => twoProportion(3, 2, 1, 2)).toThrow('[0, 2]; got 3')
    expect(() => twoProportion(1, 2, -1, 2)).toThrow('got -1')
    expect(() => twoProportion(1, 2, 0.5, 2)).toThrow('got 0.5')
    expect(() => twoProportion(1, 2, 1, Number.NaN)).toThrow('got NaN')
  })
})

describe("Welch's test", () => {
  const moments = { count: 12, mean: 3, m2: 40 }

  test('is turned round with its samples, and does not see a shift of both or another unit', () => {
    const other = { count: 5, mean: 1, m2: 300 }
    const there = welch(moments, other)
    expect(welch(other, moments)).toEqual({ ...there, statistic: -there.statistic })
    const stretch = ({ count: rows, mean, m2 }: typeof moments) => ({ count: rows, mean: 8 * (mean + 5), m2: 64 * m2 })
    expect(welch(stretch(moments), stretch(other)).pValue).toBeCloseTo(there.pValue, 12)
    // Between the degrees of the smaller sample and those of both.
    expect(there.degreesOfFreedom).toBeGreaterThan(4)
    expect(there.degreesOfFreedom).toBeLessThan(15)
  })

  test('tells constants apart by their values', () => {
    const constant = { count: 4, mean: 2, m2: 0 }
    expect(welch(constant, constant)).toEqual({ statistic: 0, pValue: 1, degreesOfFreedom: 6 })
    expect(welch(constant, { ...constant, mean: 3 })).toMatchObject({ statistic: -Infinity, pValue: 0 })
    expect(welch(constant, moments).pValue).toBeLessThan(1)
  })

  test('refuses moments without a variance', () => {
    expect(() => welch({ ...moments, count: 1 }, moments)).toThrow('got 1')
    expect(() => welch(moments, { ...moments, mean: Number.NaN })).toThrow('got NaN')
    expect(() => welch(moments, { ...moments, m2: -1 })).toThrow('got -1')
    expect(() => welch(moments, { ...moments, m2: Infinity })).toThrow('got Infinity')
  })
})

describe('tails at the ends', () => {
  test('are 1 at zero and 0 at infinity', () => {
    expect([normalTails(0), studentTails(0, 3), chiSquaredTail(0, 3)]).toEqual([1, 1, 1])
    expect([normalTails(-Infinity), studentTails(Infinity, 3), chiSquaredTail(Infinity, 3)]).toEqual([0, 0, 0])
    expect([chiSquaredTail(0, 0), chiSquaredTail(1, 0)]).toEqual([1, 0])
  })

  test('of χ² do not jump where our own sum takes over from the library', () => {
    for (const degrees of [1500, 1800, 2100]) {
      const before = chiSquaredTail(1800, degrees)
      expect(Math.abs(chiSquaredTail(1800.000001, degrees) - before)).toBeLessThan(1e-7 * before + 1e-12)
    }
  })
})

test('one used bin is not pooled with anything, however few its rows', () => {
  expect(poolBins([0, 2, 0], [0, 1, 0], 5)).toMatchObject({ pooledBins: 0, reference: Float64Array.of(2) })
})
