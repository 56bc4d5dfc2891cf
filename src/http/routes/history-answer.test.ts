import { describe, expect, test } from 'vitest'
import { instantIn } from './history-answer.ts'

const NOW = Date.UTC(2026, 5, 1)

describe('an instant in an address', () => {
  test.each([
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T13:00:00 01:00', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31', Date.UTC(2026, 0, 31)],
    ['1769860800000', 1_769_860_800_000],
  ])('is read: %s', (text, at) => {
    expect(instantIn(text, NOW)).toBe(at)
  })

  test.each([
    ['yesterday', "got 'yesterday'"],
    ['2026-13-01', "got '2026-13-01'"],
    ['2026-02-30', "got '2026-02-30'"],
    ['2026-01-31T12:00', "got '2026-01-31T12:00'"],
    ['2026-07-01', 'at must not lie in the future'],
  ])('is refused: %s', (text, complaint) => {
    expect(() => instantIn(text, NOW)).toThrow(complaint)
  })
})
