import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newcombe } from './newcombe.ts'

const share = fc
  .tuple(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, p]) => ({ successes: Math.round(n * p), n }))

test("agrees with Newcombe's own example: 56 of 70 against 48 of 80", () => {
  const { value, interval } = newcombe({ successes: 56, n: 70 }, { successes: 48, n: 80 })
  expect(value).toBeCloseTo(0.2, 12)
  expect(interval.low).toBeCloseTo(0.0524, 4)
  expect(interval.high).toBeCloseTo(0.3339, 4)
})

test('turns round with its arguments and holds the difference', () => {
  fc.assert(
    fc.property(share, share, (a, b) => {
      const { value, interval } = newcombe(a, b)
      const turned = newcombe(b, a)
      expect(turned.interval.low).toBeCloseTo(-interval.high, 12)
      expect(turned.value).toBeCloseTo(-value, 12)
      expect(interval.low).toBeGreaterThanOrEqual(-1)
      expect(interval.high).toBeLessThanOrEqual(1)
      expect(interval.low).toBeLessThan(value + 1e-12)
      expect(interval.high).toBeGreaterThan(value - 1e-12)
    }),
    { seed: 7, numRuns: 300 },
  )
})

test('has a width also where both shares are 0, and keeps to the ends', () => {
  const { value, interval } = newcombe({ successes: 0, n: 10 }, { successes: 0, n: 20 })
  expect(value).toBe(0)
  expect(interval.low).toBeLessThan(-0.1)
  expect(interval.high).toBeGreaterThan(0.2)
  expect(newcombe({ successes: 5, n: 5 }, { successes: 0, n: 5 }).interval.high).toBe(1)
})

/** Exact coverage of the 95 % interval: the sum over all outcomes of both binomials. */
function coverage(nA: number, pA: number, nB: number, pB: number): number {
  const massA = binomial(nA, pA)
  const massB = binomial(nB, pB)
  let held = 0
  for (let a = 0; a <= nA; a++) {
    for (let b = 0; b <= nB; b++) {
      const { low, high } = newcombe({ successes: a, n: nA }, { successes: b, n: nB }).interval
      if (low <= pA - pB && pA - pB <= high) held += massA[a]! * massB[b]!
    }
  }
  return held
}

function binomial(n: number, p: number): number[] {
  const mass = [(1 - p) ** n]
  for (let k = 1; k <= n; k++) mass.push((mass[k - 1]! * (n - k + 1) * p) / (k * (1 - p)))
  return mass
}

test.each([
  [20, 0.5, 20, 0.5],
  [10, 0.1, 80, 0.3],
  [40, 0.9, 40, 0.95],
  [15, 0.5, 60, 0.05],
])(
  'of %d rows at %d and %d rows at %d holds the truth in 93 to 99 of 100 samples, counted exactly',
  (nA, pA, nB, pB) => {
    const held = coverage(nA, pA, nB, pB)
    expect(held).toBeGreaterThan(0.93)
    expect(held).toBeLessThan(0.99)
  },
)

test('refuses counts that are none', () => {
  expect(() => newcombe({ successes: 1, n: 0 }, { successes: 1, n: 2 })).toThrow('n must be > 0 rows; got 0')
  expect(() => newcombe({ successes: 1, n: 2 }, { successes: 3, n: 2 })).toThrow('successes must be in [0, 2]; got 3')
  expect(() => newcombe({ successes: 1, n: 2 }, { successes: 1, n: 2 }, 1)).toThrow('level must be in (0, 1); got 1')
})
