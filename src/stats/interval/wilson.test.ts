import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalDeviate } from './level.ts'
import { wilson } from './wilson.ts'

const runs = { seed: 15, numRuns: 300 }
const counted = fc.integer({ min: 1, max: 1e9 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))
const level = fc.double({ min: 0.01, max: 0.9999, noNaN: true })

describe("Wilson's interval", () => {
  test('lies in [0, 1], holds the share and has a width', () => {
    fc.assert(
      fc.property(counted, level, ([successes, n], confidence) => {
        const { low, high } = wilson(successes, n, confidence)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(successes / n)
        expect(high).toBeGreaterThanOrEqual(successes / n)
        expect(high).toBeLessThanOrEqual(1)
        expect(high).toBeGreaterThan(low)
      }),
      runs,
    )
  })

  test('ends where the score test would just not reject', () => {
    const few = fc.integer({ min: 1, max: 5000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))
    fc.assert(
      fc.property(few, level, ([successes, n], confidence) => {
        const z = normalDeviate(confidence)
        const { low, high } = wilson(successes, n, confidence)
        for (const end of [low, high]) {
          expect(Math.abs(successes / n - end)).toBeCloseTo(z * Math.sqrt((end * (1 - end)) / n), 9)
        }
      }),
      runs,
    )
  })

  test('of failures mirrors that of successes', () => {
    fc.assert(
      fc.property(counted, ([successes, n]) => {
        const [of, mirrored] = [wilson(successes, n), wilson(n - successes, n)]
        expect(mirrored.low).toBeCloseTo(1 - of.high, 12)
        expect(mirrored.high).toBeCloseTo(1 - of.low, 12)
      }),
      runs,
    )
  })

  test('narrows with rows and widens with confidence', () => {
    const width = (n: number, confidence: number) => {
      const { low, high } = wilson(0.3 * n, n, confidence)
      return high - low
    }
    expect(width(1000, 0.95)).toBeLessThan(width(100, 0.95))
    expect(width(100, 0.99)).toBeGreaterThan(width(100, 0.95))
  })

  test('starts at 0 without a success and ends at 1 without a failure', () => {
    expect(wilson(0, 10)).toMatchObject({ low: 0, level: 0.95 })
    expect(wilson(10, 10).high).toBe(1)
    expect(wilson(1e9, 1e9).high).toBe(1)
  })

  test('refuses what is no count or no confidence', () => {
    expect(() => wilson(0, 0)).toThrow('got 0')
    expect(() => wilson(-1, 5)).toThrow('got -1')
    expect(() => wilson(6, 5)).toThrow('[0, 5]; got 6')
    expect(() => wilson(Number.NaN, 5)).toThrow('got NaN')
    for (const wrong of [0, 1, -1, 95, Number.NaN]) expect(() => wilson(1, 2, wrong)).toThrow(`got ${wrong}`)
  })
})

test('the normal deviate of a level has its well-known values and keeps its digits near 1', () => {
  expect(normalDeviate(0.95)).toBeCloseTo(1.959963984540054, 13)
  expect(normalDeviate(0.5)).toBeCloseTo(0.6744897501960817, 13)
  expect(normalDeviate(1 - 2 ** -50)).toBeGreaterThan(8)
})
