import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalMean } from './normal-mean.ts'

const runs = { seed: 17, numRuns: 300 }
const losses = fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 2, maxLength: 100 })

describe('the mean of a number per row', () => {
  test('leaves rows without a value out', () => {
    fc.assert(
      fc.property(losses, (values) => {
        const gaps = values.flatMap((x) => [x, Number.NaN])
        expect(normalMean(gaps)).toEqual(normalMean(values))
      }),
      runs,
    )
  })

  test('lies in the middle of its interval, which halves with four times the rows', () => {
    const twoValues = (rows: number) => Array.from({ length: rows }, (_, i) => i % 2)
    const [few, many] = [normalMean(twoValues(1000)), normalMean(twoValues(4000))]
    expect((few.interval.low + few.interval.high) / 2).toBeCloseTo(few.mean, 12)
    expect(few.standardError / many.standardError).toBeCloseTo(Math.sqrt(3999 / 999), 12)
  })

  test('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(losses, (values) => {
        const turned = normalMean(values.toReversed())
        expect(turned.mean).toBeCloseTo(normalMean(values).mean, 10)
        expect(turned.standardError).toBeCloseTo(normalMean(values).standardError, 10)
      }),
      runs,
    )
  })

  test('keeps its digits at 10⁹', () => {
    expect(normalMean([1e9, 1e9 + 2]).standardError).toBe(1)
  })

  test('has no width when all rows agree', () => {
    expect(normalMean([3, 3, 3])).toMatchObject({ mean: 3, standardError: 0, rows: 3, interval: { low: 3, high: 3 } })
  })

  test('refuses fewer than two values, an infinite one and what is no confidence', () => {
    expect(() => normalMean([1, Number.NaN])).toThrow('at least 2 rows; got 1')
    expect(() => normalMean([])).toThrow('got 0')
    expect(() => normalMean([1, 2, Infinity])).toThrow('row 2 is Infinity')
    expect(() => normalMean([1, 2], 1.5)).toThrow('got 1.5')
  })
})
