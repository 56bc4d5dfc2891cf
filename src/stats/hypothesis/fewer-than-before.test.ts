import { expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import { fewerThanBefore } from './fewer-than-before.ts'

test('none now of k before on as many rows is one half to the k', () => {
  expect(fewerThanBefore(10, 500, 0, 500)).toBeCloseTo(2 ** -10, 12)
})

test('matches the binomial worked by hand', () => {
  // 5 events, each now with chance 1/4: (3/4)⁵ + 5 · (1/4)(3/4)⁴
  expect(fewerThanBefore(4, 300, 1, 100)).toBeCloseTo(0.75 ** 5 + 5 * 0.25 * 0.75 ** 4, 12)
})

test('no event at all says nothing; hundreds of thousands neither overflow nor vanish from the middle', () => {
  expect(fewerThanBefore(0, 10, 0, 10)).toBe(1)
  expect(fewerThanBefore(300_000, 1e6, 300_000, 1e6)).toBeCloseTo(0.5, 2)
  expect(fewerThanBefore(300_000, 1e6, 0, 1e6)).toBe(0)
})

test('events as frequent as before are called fewer no oftener than is claimed', () => {
  for (const [before, now, p] of [
    [200, 200, 0.05],
    [2000, 100, 0.1],
    [100, 2000, 0.02],
  ] as const) {
    const rng = seededRng(before)
    const count = (rows: number) =>
      Array.from({ length: rows }, () => (rng() < p ? 1 : 0)).reduce<number>((a, b) => a + b, 0)
    let wrong = 0
    for (let run = 0; run < 1000; run++) if (fewerThanBefore(count(before), before, count(now), now) <= 0.05) wrong++
    expect(wrong).toBeLessThanOrEqual(72)
  }
})

test('counts out of their domain are refused', () => {
  expect(() => fewerThanBefore(-1, 10, 0, 10)).toThrow(RangeError)
  for (const count of [2.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => fewerThanBefore(count, 10, 0, 10)).toThrow(RangeError)
    expect(() => fewerThanBefore(1, 10, count, 10)).toThrow(RangeError)
  }
  expect(() => fewerThanBefore(1, 0, 0, 10)).toThrow(RangeError)
  expect(() => fewerThanBefore(1, 10, 0, 0)).toThrow(RangeError)
})
