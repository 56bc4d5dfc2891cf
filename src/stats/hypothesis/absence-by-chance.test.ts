import { expect, test } from 'vitest'
import { absenceByChance } from './absence-by-chance.ts'

/** C(n, k)/C(n + m, k): none of k marked rows among the m. */
function exact(marked: number, others: number, rows: number): number {
  let chance = 1
  for (let i = 0; i < marked; i++) chance *= (others - i) / (others + rows - i)
  return chance
}

test('it bounds the chance of drawing none, and hardly exceeds it where few rows are marked', () => {
  for (const [marked, others, rows] of [
    [1, 50, 50],
    [3, 100, 20],
    [8, 5000, 2500],
    [40, 200, 1000],
  ] as const) {
    const bound = absenceByChance(marked, others, rows)
    expect(bound).toBeGreaterThanOrEqual(exact(marked, others, rows) * (1 - 1e-12))
    if (marked ** 2 < others / 10) expect(bound).toBeLessThan(1.05 * exact(marked, others, rows))
  }
})

test('nothing marked is never surprising; the more rows lack it, the more it is', () => {
  expect(absenceByChance(0, 10, 1e9)).toBe(1)
  expect(absenceByChance(2, 100, 300)).toBe(1 / 16)
  expect(absenceByChance(1e9, 1e9, 1e9)).toBe(0)
})

test('counts out of their domain are refused', () => {
  for (const [marked, others, rows] of [
    [-1, 1, 1],
    [1, 0, 1],
    [1, 1, 0],
    [Number.NaN, 1, 1],
  ] as const) {
    expect(() => absenceByChance(marked, others, rows)).toThrow(RangeError)
  }
})
