import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normal, type Rng, seededRng } from '../../base/rng.ts'
import { blockBootstrap } from './block-bootstrap.ts'

/** Mean 0, variance 1, correlation φ between neighbours. */
function autoregressive(rows: number, phi: number, rng: Rng): Float64Array {
  let last = normal(rng)
  return Float64Array.from({ length: rows }, () => {
    const now = last
    last = phi * last + Math.sqrt(1 - phi * phi) * normal(rng)
    return now
  })
}

const meanOf = (values: Float64Array) => (index: Int32Array) => {
  let sum = 0
  for (const row of index) sum += values[row]!
  return sum / index.length
}

test('draws whole blocks of consecutive rows, the end joined to the start, and as many rows as there are', () => {
  const seen: number[][] = []
  const statistic = (index: Int32Array) => {
    seen.push([...index])
    return 0
  }
  blockBootstrap(statistic, { rows: 10, blockRows: 4, samples: 200 }, seededRng(1))
  expect(seen[0]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  const starts = new Set<number>()
  for (const index of seen.slice(1)) {
    expect(index.length).toBe(10)
    for (const [at, row] of index.entries()) {
      if (at % 4 === 0) starts.add(row)
      else expect(row).toBe((index[at - 1]! + 1) % 10)
    }
  }
  expect(starts.size).toBe(10)
})

test('moves and stretches with the unit, and holds the statistic', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: -9, max: 9 }), (seed, shift) => {
      const values = autoregressive(60, 0.5, seededRng(seed))
      const options = { rows: 60, blockRows: 6, samples: 99 }
      const plain = blockBootstrap(meanOf(values), options, seededRng(3))
      const moved = blockBootstrap(meanOf(values.map((x) => 2 * x + shift)), options, seededRng(3))
      expect(moved.interval.low).toBeCloseTo(2 * plain.interval.low + shift, 9)
      expect(moved.interval.high).toBeCloseTo(2 * plain.interval.high + shift, 9)
      expect(plain.interval.low).toBeLessThanOrEqual(plain.value)
      expect(plain.interval.high).toBeGreaterThanOrEqual(plain.value)
    }),
    { seed: 9, numRuns: 40 },
  )
})

test('the same seed gives the same interval, another one another', () => {
  const values = autoregressive(100, 0, seededRng(4))
  const run = (seed: number) => blockBootstrap(meanOf(values), { rows: 100, blockRows: 5 }, seededRng(seed))
  expect(run(1)).toEqual(run(1))
  expect(run(1)).not.toEqual(run(2))
})

test('takes the percentiles that the level names', () => {
  // The statistic is the first row drawn: uniform over 0 … 999.
  const first = (index: Int32Array) => index[0]!
  const { interval } = blockBootstrap(first, { rows: 1000, blockRows: 1000, samples: 3999, level: 0.8 }, seededRng(5))
  expect(interval.low).toBe(0)
  const other = (index: Int32Array) => (index[0]! + 500) % 1000
  const inside = blockBootstrap(
    other,
    { rows: 1000, blockRows: 1000, samples: 3999, level: 0.8 },
    seededRng(5),
  ).interval
  expect(Math.abs(inside.low - 100)).toBeLessThan(20)
  expect(Math.abs(inside.high - 900)).toBeLessThan(20)
})

test('constant rows have no width, and samples without a value are left out', () => {
  const constant = new Float64Array(20).fill(1e9)
  expect(blockBootstrap(meanOf(constant), { rows: 20, blockRows: 4 }, seededRng(6)).interval).toMatchObject({
    low: 1e9,
    high: 1e9,
  })
  let calls = 0
  const sometimes = () => (calls++ % 3 === 2 ? Number.NaN : 7)
  expect(blockBootstrap(sometimes, { rows: 20, blockRows: 4 }, seededRng(6)).interval).toMatchObject({
    low: 7,
    high: 7,
  })
})

describe('under AR(1), 400 rows, 95 % intervals of the mean', () => {
  function coverage(phi: number, blockRows: number): number {
    const rng = seededRng(100 + blockRows)
    let held = 0
    const runs = 400
    for (let run = 0; run < runs; run++) {
      const values = autoregressive(400, phi, rng)
      const { interval } = blockBootstrap(meanOf(values), { rows: 400, blockRows, samples: 199 }, rng)
      if (interval.low <= 0 && 0 <= interval.high) held++
    }
    return held / runs
  }

  // The spread of a share of .92 counted in 400 runs is .014.
  test.each([
    [0, 20, 0.9, 0.98],
    [0.5, 20, 0.87, 0.96],
    [0.8, 50, 0.83, 0.93],
    [0.5, 1, 0.66, 0.8],
  ])('φ = %s in blocks of %d hold it in a share of %s to %s', (phi, blockRows, least, most) => {
    const held = coverage(phi, blockRows)
    expect(held).toBeGreaterThan(least)
    expect(held).toBeLessThan(most)
  })
})

test('refuses what it cannot draw from', () => {
  const none = () => Number.NaN
  const zero = () => 0
  const rng = seededRng(1)
  expect(() => blockBootstrap(zero, { rows: 1, blockRows: 1 }, rng)).toThrow('rows must be an integer >= 2; got 1')
  expect(() => blockBootstrap(zero, { rows: 5, blockRows: 6 }, rng)).toThrow('integer in [1, 5]; got 6')
  expect(() => blockBootstrap(zero, { rows: 5, blockRows: 0 }, rng)).toThrow('got 0')
  expect(() => blockBootstrap(zero, { rows: 5, blockRows: 2, samples: 10 }, rng)).toThrow('>= 39; got 10')
  expect(() => blockBootstrap(zero, { rows: 5, blockRows: 2, level: 1 }, rng)).toThrow('level must be in (0, 1)')
  expect(() => blockBootstrap(none, { rows: 5, blockRows: 2 }, rng)).toThrow('finite on all rows; got NaN')
  let calls = 0
  const once = () => (calls++ === 0 ? 1 : Number.NaN)
  expect(() => blockBootstrap(once, { rows: 5, blockRows: 2 }, rng)).toThrow('it was on 0 of 999')
})

test('of 39 samples at 95 % the ends are the smallest and the largest', () => {
  let calls = 0
  const next = () => (calls === 0 ? 20 + calls++ : calls++)
  const options = { rows: 20, blockRows: 4, samples: 39 }
  expect(blockBootstrap(next, options, seededRng(1)).interval).toEqual({ low: 1, high: 39, level: 0.95 })
})

test('a statistic without a value on most samples has no interval', () => {
  let calls = 0
  const seldom = () => (calls++ % 3 === 0 ? 7 : Number.NaN)
  const draw = () => blockBootstrap(seldom, { rows: 20, blockRows: 4, samples: 99 }, seededRng(1))
  expect(draw).toThrow('it was on 33 of 99')
})
