import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { meanOfShares } from './mover.ts'
import { wilson } from './wilson.ts'

const runs = { seed: 19, numRuns: 300 }
const share = fc
  .integer({ min: 1, max: 5000 })
  .chain((n) => fc.record({ successes: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))

describe('the mean of shares', () => {
  test("of one share has Wilson's interval", () => {
    fc.assert(
      fc.property(share, ({ successes, n }) => {
        const { value, interval } = meanOfShares([{ successes, n }])
        expect(value).toBe(successes / n)
        expect(interval.low).toBeCloseTo(wilson(successes, n).low, 12)
        expect(interval.high).toBeCloseTo(wilson(successes, n).high, 12)
      }),
      runs,
    )
  })

  test('lies in its interval, inside [0, 1], whatever their order', () => {
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 20 }), (shares) => {
        const { value, interval } = meanOfShares(shares)
        expect(interval.low).toBeGreaterThanOrEqual(0)
        expect(interval.low).toBeLessThanOrEqual(value)
        expect(interval.high).toBeGreaterThanOrEqual(value)
        expect(interval.high).toBeLessThanOrEqual(1)
        expect(meanOfShares(shares.toReversed()).interval.low).toBeCloseTo(interval.low, 12)
      }),
      runs,
    )
  })

  test('is surer than its least sure share', () => {
    const { interval } = meanOfShares([
      { successes: 5, n: 10 },
      { successes: 500, n: 1000 },
    ])
    const alone = wilson(5, 10)
    expect(interval.high - interval.low).toBeLessThan(alone.high - alone.low)
  })

  test('counts a share of no rows as 0, known exactly', () => {
    const withNone = meanOfShares([
      { successes: 5, n: 10 },
      { successes: 0, n: 0 },
    ])
    expect(withNone.value).toBe(0.25)
    expect(withNone.interval.high).toBeCloseTo(wilson(5, 10).high / 2, 12)
  })

  test('refuses no shares at all', () => {
    expect(() => meanOfShares([])).toThrow('at least one share')
  })
})
