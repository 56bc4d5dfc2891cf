import { expect, test } from 'vitest'
import { surprisingCorrelation } from './correlation-difference.ts'

const normal = (correlation: number, rows: number) => ({ correlation, rows, influence: (1 - correlation ** 2) ** 2 })

test('matches Fisher’s two-sample limit on normal values', () => {
  const room = 1.96 * Math.sqrt(2 / 97)
  expect(surprisingCorrelation(normal(0, 100), normal(0.3, 100), 1.96)).toBeCloseTo(Math.tanh(room), 12)
})

test('the limit lies on the side of the second correlation: nearer where less room is left', () => {
  const up = surprisingCorrelation(normal(0.8, 200), normal(0.9, 200), 3)
  const down = surprisingCorrelation(normal(0.8, 200), normal(0.7, 200), 3)
  expect(up).toBeLessThan(0.2)
  expect(down).toBeGreaterThan(up)
})

test('rows of heavy influence need a larger change; light ones are not trusted beyond Fisher', () => {
  const plain = surprisingCorrelation(normal(0, 100), normal(0.1, 100), 3)
  expect(surprisingCorrelation({ ...normal(0, 100), influence: 4 }, normal(0.1, 100), 3)).toBeGreaterThan(plain)
  expect(surprisingCorrelation({ ...normal(0, 100), influence: 0.1 }, normal(0.1, 100), 3)).toBe(plain)
})

test('correlations of ±1 have a limit; three rows have none', () => {
  const seen = surprisingCorrelation(normal(1, 100), normal(-1, 100), 3)
  expect(seen).toBeGreaterThan(0)
  expect(seen).toBeLessThan(0.01)
  expect(() => surprisingCorrelation(normal(0, 3), normal(0, 100), 3)).toThrow(RangeError)
})
