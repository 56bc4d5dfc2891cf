import { expect, test } from 'vitest'
import { criticalValue } from './critical-value.ts'
import { chiSquaredTail, normalTails } from './tails.ts'

test('the tail falls to the level there, on the significant side, wherever the search begins', () => {
  for (const high of [1e-3, 1, 50]) {
    const normal = criticalValue(normalTails, 0.05, high)
    expect(normal).toBeCloseTo(1.959963984540054, 9)
    expect(normalTails(normal)).toBeLessThanOrEqual(0.05)
    expect(criticalValue((x) => chiSquaredTail(x, 7), 0.001, high)).toBeCloseTo(24.321886347856854, 8)
  }
})

test('of a statistic that jumps it is the far side of the jump', () => {
  const jump = criticalValue((x) => (x < 2 ? 1 : 0), 0.01, 10)
  expect(jump).toBeGreaterThanOrEqual(2)
  expect(jump).toBeLessThan(2 + 1e-12)
})

test('what is out of its domain is refused', () => {
  for (const level of [0, 1, Number.NaN]) expect(() => criticalValue(normalTails, level, 1)).toThrow(RangeError)
  for (const high of [0, Number.POSITIVE_INFINITY, Number.NaN])
    expect(() => criticalValue(normalTails, 0.1, high)).toThrow(RangeError)
})
