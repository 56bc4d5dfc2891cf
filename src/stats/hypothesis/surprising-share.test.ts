import { describe, expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import { deviateOf, surprisingShare } from './surprising-share.ts'

test('matches the formula worked by hand', () => {
  // .2 + 2 √(.16/100 + .16/400) + 2 (1/100 + 1/400)
  expect(surprisingShare({ share: 0.2, rows: 400 }, 100, 2)).toBeCloseTo(0.2 + 2 * Math.sqrt(0.002) + 0.025, 12)
  expect(surprisingShare({ share: 0.2, rows: 400, variance: 0.01 }, 100, 2)).toBeCloseTo(
    0.2 + 2 * Math.sqrt(0.0116) + 0.025,
    12,
  )
})

test('one chance in a thousand shared by 50 tests is 4.1 standard errors', () => {
  expect(deviateOf(0.001, 50)).toBeCloseTo(4.10748, 5)
  expect(deviateOf(0.9, 1)).toBe(0)
})

test('more rows on either side are surprised by less', () => {
  const of = (before: number, rows: number) => surprisingShare({ share: 0.1, rows: before }, rows, 3)
  expect(of(1000, 2000)).toBeLessThan(of(1000, 1000))
  expect(of(2000, 1000)).toBeLessThan(of(1000, 1000))
})

test('a share that is always the case can never surprise', () => {
  expect(surprisingShare({ share: 1, rows: 100 }, 100, 3)).toBeGreaterThan(1)
})

describe('equal shares exceed the limit no oftener than is allowed', () => {
  for (const [before, now] of [
    [200, 200],
    [50, 2000],
    [3000, 60],
  ] as const) {
    for (const p of [0.002, 0.02, 0.3, 0.9]) {
      test(`${before} against ${now} rows, ${p} of them`, () => {
        const rng = seededRng(before + now)
        const z = deviateOf(0.02, 1)
        let wrong = 0
        for (let run = 0; run < 1500; run++) {
          const share = count(before, p, rng) / before
          if (count(now, p, rng) / now >= surprisingShare({ share, rows: before }, now, z)) wrong++
        }
        expect(wrong).toBeLessThanOrEqual(48)
      })
    }
  }
})

test('twice the share is found in half of the cases where a two-sample test would', () => {
  const rng = seededRng(3)
  let found = 0
  for (let run = 0; run < 400; run++) {
    const share = count(500, 0.1, rng) / 500
    if (count(500, 0.2, rng) / 500 >= surprisingShare({ share, rows: 500 }, 500, deviateOf(0.01, 1))) found++
  }
  expect(found).toBeGreaterThan(320)
})

test('parameters out of their domain are refused', () => {
  expect(() => surprisingShare({ share: 1.1, rows: 5 }, 5, 1)).toThrow(RangeError)
  expect(() => surprisingShare({ share: 0.1, rows: 0 }, 5, 1)).toThrow(RangeError)
  expect(() => surprisingShare({ share: 0.1, rows: 5 }, 5, -1)).toThrow(RangeError)
  expect(() => deviateOf(0, 1)).toThrow(RangeError)
  expect(() => deviateOf(0.1, 0)).toThrow(RangeError)
})

function count(rows: number, share: number, rng: () => number): number {
  let seen = 0
  for (let i = 0; i < rows; i++) if (rng() < share) seen++
  return seen
}
