import { expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import { PATIENT, waitAfter } from './backoff.ts'

const middle = () => 0.5

test('waits grow by the factor up to the longest, and then stop', () => {
  const backoff = { firstMs: 100, factor: 3, longestMs: 1000, attempts: 5, oldestMs: 60_000 }
  const waits = [1, 2, 3, 4, 5, 6].map((attempt) => waitAfter({ attempt, ageMs: 0 }, backoff, middle))
  expect(waits).toEqual([100, 300, 900, 1000, null, null])
})

test('waits are spread by a fifth to both sides', () => {
  const rng = seededRng(1)
  const waits = Array.from({ length: 500 }, () => waitAfter({ attempt: 1, ageMs: 0 }, PATIENT, rng) as number)
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(4000)
  expect(Math.min(...waits)).toBeLessThan(4100)
  expect(Math.max(...waits)).toBeLessThanOrEqual(6000)
  expect(Math.max(...waits)).toBeGreaterThan(5900)
})

test('nobody is asked for more than three days', () => {
  let hours = 0
  for (let attempt = 1; ; attempt++) {
    const wait = waitAfter({ attempt, ageMs: 0 }, PATIENT, middle)
    if (wait === null) break
    hours += wait / 3_600_000
  }
  expect(hours).toBeGreaterThan(24)
  expect(hours).toBeLessThan(72)
})

test('a message that is three days old is not tried again, however few attempts there were', () => {
  const oldMs = 3 * 24 * 3_600_000
  expect(waitAfter({ attempt: 1, ageMs: oldMs - 1 }, PATIENT, middle)).toBe(5000)
  expect(waitAfter({ attempt: 1, ageMs: oldMs }, PATIENT, middle)).toBeNull()
})
