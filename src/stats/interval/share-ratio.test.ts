import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import { shareRatio } from './share-ratio.ts'

const counted = fc.integer({ min: 1, max: 400 }).chain((n) => fc.record({ n: fc.constant(n), successes: fc.nat(n) }))

describe('the ratio of two shares', () => {
  test('turned round, the ratio and its interval are inverted', () => {
    fc.assert(
      fc.property(counted, counted, (a, b) => {
        const [ratio, inverse] = [shareRatio(a, b), shareRatio(b, a)]
        if (inverse.interval.low > 0) expect(ratio.interval.high * inverse.interval.low).toBeCloseTo(1, 9)
        else expect(ratio.interval.high).toBe(Infinity)
      }),
      { numRuns: 300, seed: 3 },
    )
  })

  test('an interval holds what was observed, inside of what is possible', () => {
    fc.assert(
      fc.property(counted, counted, (a, b) => {
        const ratio = shareRatio(a, b)
        expect(ratio.interval.low).toBeGreaterThanOrEqual(0)
        expect(ratio.interval.low).toBeLessThanOrEqual(ratio.value)
        expect(ratio.interval.high).toBeGreaterThanOrEqual(ratio.value)
      }),
      { numRuns: 300, seed: 4 },
    )
  })

  test('nothing of either is a ratio of one, of which nothing is known', () => {
    const none = { successes: 0, n: 20 }
    expect(shareRatio(none, none)).toMatchObject({ value: 1, interval: { low: 0, high: Infinity } })
  })

  test.each([
    [100, 100, 0.3, 0.3],
    [60, 400, 0.5, 0.4],
    [400, 60, 0.1, 0.15],
  ])('of %i and %i rows with shares %f and %f, 95 %% intervals miss in 2.5 to 7 % of draws', (m, n, p, q) => {
    const rng = seededRng(m * 1000 + n)
    const draw = (rows: number, share: number) => {
      let successes = 0
      for (let row = 0; row < rows; row++) if (rng() < share) successes++
      return { successes, n: rows }
    }
    let missed = 0
    const draws = 2000
    for (let i = 0; i < draws; i++) {
      const { low, high } = shareRatio(draw(m, p), draw(n, q)).interval
      if (low > p / q || high < p / q) missed++
    }
    expect(missed / draws).toBeGreaterThan(0.025)
    expect(missed / draws).toBeLessThan(0.07)
  })
})
