import { describe, expect, test } from 'vitest'
import { normal, type Rng, seededRng } from '../../../base/rng.ts'
import { add, bestSplit, type WindowSums } from './split.ts'

/** Windows of 0/1 losses; `day` = standard deviation of a window's own rate. */
function zeroOne(rates: readonly number[], rows: number, rng: Rng, day = 0): WindowSums[] {
  return rates.map((rate, window) => {
    const today = Math.min(1, Math.max(0, rate + day * normal(rng)))
    let sum = 0
    for (let i = 0; i < rows; i++) if (rng() < today) sum++
    return { window, rows, sum, squares: sum }
  })
}

function step(before: number, after: number, at: number, windows: number): number[] {
  return Array.from({ length: windows }, (_, w) => (w < at ? before : after))
}

test('agrees with the likelihood worked out by hand', () => {
  const windows = [10, 10, 30, 30].map((sum, window) => ({ window, rows: 100, sum, squares: sum }))
  const entropy = (p: number, n: number) => n * (p * Math.log(p) + (1 - p) * Math.log(1 - p))
  const at2 = entropy(0.1, 200) + entropy(0.3, 200)
  const at1 = entropy(0.1, 100) + entropy(70 / 300, 300)
  // 2(ℓ(2) − ℓ(1)) = 14.9 > 7.35, so the set is the cut alone.
  expect(2 * (at2 - at1)).toBeGreaterThan(7.35)
  expect(bestSplit(windows, 'bernoulli')).toMatchObject({ at: 2, low: 2, high: 2, isChange: true })
  expect(bestSplit(windows, 'bernoulli').rise).toBeCloseTo(0.2, 12)
})

describe('over 300 streams', () => {
  const rng = seededRng(11)
  const splits = (rates: readonly number[], day = 0) =>
    Array.from({ length: 300 }, () => bestSplit(zeroOne(rates, 100, rng, day), 'bernoulli'))

  test('the set holds the true window at least 93 % of the time', () => {
    const covered = splits(step(0.15, 0.25, 12, 20)).filter((s) => s.low <= 12 && 12 <= s.high).length
    expect(covered).toBeGreaterThanOrEqual(279)
  })

  test('a steady loss is called a change in at most 5 %, and in 10 % where days differ by 8 points', () => {
    // 28 and 47 of 300 are the 99.9 % bounds of rates of .05 and .1.
    expect(splits(step(0.2, 0.2, 0, 20)).filter((s) => s.isChange).length).toBeLessThanOrEqual(28)
    expect(splits(step(0.2, 0.2, 0, 20), 0.08).filter((s) => s.isChange).length).toBeLessThanOrEqual(47)
  })

  test('days of their own widen the set', () => {
    const width = (day: number) =>
      splits(step(0.15, 0.25, 12, 20), day).reduce((sum, s) => sum + s.high - s.low + 1, 0) / 300
    expect(width(0.06)).toBeGreaterThan(1.3 * width(0))
  })
})

test('few windows must gain 7.35 to be called a change, more than χ² asks for over three cuts (5.73)', () => {
  const split = (wrong: number) => {
    const windows = [20, 20, wrong, wrong].map((sum, window) => ({ window, rows: 100, sum, squares: sum }))
    return bestSplit(windows, 'bernoulli')
  }
  // Worked out by hand, the gain is 6.3 at 31 of 100 wrong and 8.6 at 33.
  expect(split(31)).toMatchObject({ at: 2, isChange: false })
  expect(split(33)).toMatchObject({ at: 2, isChange: true })
})

test('a Gaussian loss is cut where its mean moves, however large its unit', () => {
  const rng = seededRng(3)
  const windows = step(4, 6, 7, 12).map((mean, window) => {
    const losses = Array.from({ length: 50 }, () => 1e6 * (mean + normal(rng)))
    const sum = losses.reduce((a, b) => a + b, 0)
    return { window, rows: 50, sum, squares: losses.reduce((a, b) => a + b * b, 0) }
  })
  expect(bestSplit(windows, 'gaussian')).toMatchObject({ at: 7, isChange: true })
})

test.each(['bernoulli', 'gaussian'] as const)('losses that never vary (%s) show no change', (loss) => {
  for (const value of [0, 1]) {
    const windows = [0, 1, 2, 3].map((window) => ({ window, rows: 10, sum: 10 * value, squares: 10 * value }))
    expect(bestSplit(windows, loss)).toMatchObject({ isChange: false, rise: 0 })
  }
})

test('windows add up under the index of the first', () => {
  const windows = [4, 5].map((window) => ({ window, rows: 2, sum: 1, squares: 1 }))
  expect(add(windows)).toEqual({ window: 4, rows: 4, sum: 2, squares: 2 })
})
