import { expect, test } from 'vitest'
import { normal, type Rng, seededRng } from '../../base/rng.ts'
import { riseBeyond, type SampleSums } from './mean-rise.ts'

function sums(values: readonly number[]): SampleSums {
  const sum = values.reduce((total, x) => total + x, 0)
  return { rows: values.length, sum, squares: values.reduce((total, x) => total + x * x, 0) }
}

const draw = (rows: number, rng: Rng, of: (rng: Rng) => number) => sums(Array.from({ length: rows }, () => of(rng)))

test('matches Welch worked by hand, and a trifle is taken off the rise', () => {
  const before = sums([1, 2, 3, 4])
  const now = sums([3, 5, 7, 9])
  // Means 2.5 and 6, variances 5/3 and 20/3 of 4 rows: √(25/12).
  expect(riseBeyond({ before, now, trifle: 0, isShare: false }).statistic).toBeCloseTo(3.5 / Math.sqrt(25 / 12), 12)
  expect(riseBeyond({ before, now, trifle: 1.5, isShare: false }).statistic).toBeCloseTo(2 / Math.sqrt(25 / 12), 12)
})

test('few rows that happen to lie close together do not make a rise of many that do not', () => {
  const before = sums([1, 1, 1.2, 1.2])
  const now = sums(Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 0 : 3)))
  // Welch alone: √(.04/3/4 + 2.25/400); both together: √(2.23 (1/4 + 1/400)).
  const { statistic } = riseBeyond({ before, now, trifle: 0, isShare: false })
  expect(statistic).toBeGreaterThan(0.4 / Math.sqrt(2.27 * (1 / 4 + 1 / 400)))
  expect(statistic).toBeLessThan(0.4 / Math.sqrt(2.2 * (1 / 4 + 1 / 400)))
})

test('shares are moved to the middle by one success and one failure each', () => {
  const seen = riseBeyond({
    before: { rows: 98, sum: 9, squares: 9 },
    now: { rows: 48, sum: 9, squares: 9 },
    trifle: 0,
    isShare: true,
  })
  expect(seen.statistic).toBeCloseTo(0.1 / Math.sqrt(0.09 / 100 + 0.16 / 50), 12)
})

test('the p-value is of a rise: a fall is near 1, no change is one half', () => {
  const [low, high] = [sums([1, 2, 3, 4]), sums([11, 12, 13, 14])]
  expect(riseBeyond({ before: low, now: high, trifle: 0, isShare: false }).pValue).toBeLessThan(0.001)
  expect(riseBeyond({ before: high, now: low, trifle: 0, isShare: false }).pValue).toBeGreaterThan(0.999)
  expect(riseBeyond({ before: low, now: low, trifle: 0, isShare: false }).pValue).toBe(0.5)
})

test('two constants: a rise beyond the trifle is certain, a rise of the trifle is none', () => {
  const of = (now: number, trifle: number) =>
    riseBeyond({ before: sums([0.1, 0.1, 0.1]), now: sums([now, now]), trifle, isShare: false })
  expect(of(0.5, 0.1)).toEqual({ statistic: Number.POSITIVE_INFINITY, pValue: 0 })
  expect(of(0.1, 0)).toEqual({ statistic: 0, pValue: 1 })
  expect(of(0.1, 0.3)).toEqual({ statistic: 0, pValue: 1 })
})

test('one row on a side is refused', () => {
  expect(() => riseBeyond({ before: sums([1]), now: sums([1, 2]), trifle: 0, isShare: false })).toThrow(RangeError)
})

test('the level holds for rare errors and for squared errors, also of unequal sizes', () => {
  const share = (p: number) => (rng: Rng) => (rng() < p ? 1 : 0)
  const square = (rng: Rng) => normal(rng) ** 2
  const worlds = [
    { of: share(0.02), isShare: true, before: 60, now: 60 },
    { of: share(0.02), isShare: true, before: 900, now: 50 },
    { of: share(0.3), isShare: true, before: 150, now: 50 },
    { of: square, isShare: false, before: 150, now: 50 },
    { of: square, isShare: false, before: 60, now: 60 },
  ]
  for (const [at, { of, isShare, before, now }] of worlds.entries()) {
    const rng = seededRng(at)
    let wrong = 0
    for (let run = 0; run < 1500; run++) {
      const seen = riseBeyond({ before: draw(before, rng, of), now: draw(now, rng, of), trifle: 0, isShare })
      if (seen.pValue <= 0.02) wrong++
    }
    expect(wrong, `world ${at}`).toBeLessThanOrEqual(48)
  }
})

test('what only rounding makes of two equal constants is no rise', () => {
  // Ten times and three times .1, as sums have it: .09999999999999999 and .10000000000000002 on average.
  const before = { rows: 10, sum: 0.9999999999999999, squares: 0.0999 }
  const now = { rows: 3, sum: 0.30000000000000004, squares: 0.0299 }
  expect(riseBeyond({ before, now, trifle: 0, isShare: false })).toEqual({ statistic: 0, pValue: 1 })
})
