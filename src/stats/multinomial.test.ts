import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRng } from '../base/rng.ts'
import { drawMultinomial } from './multinomial.ts'

test('draws whole rows that add up, and none from an empty bin', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 12 }).filter((c) => c.some((x) => x > 0)),
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer(),
      (counts, rows, seed) => {
        const drawn = drawMultinomial(counts, rows, seededRng(seed))
        expect(drawn.reduce((sum, x) => sum + x, 0)).toBe(rows)
        for (const [bin, x] of drawn.entries()) {
          expect(Number.isInteger(x) && x >= 0).toBe(true)
          if (counts[bin] === 0) expect(x).toBe(0)
        }
      },
    ),
    { seed: 11, numRuns: 300 },
  )
})

describe.each([20, 400, 1_000_000])('of %d rows', (rows) => {
  test('bins have the mean, variance and covariance of a multinomial', () => {
    const counts = [1, 0, 30, 5, 64]
    const rng = seededRng(rows)
    const runs = 4000
    const sum = new Float64Array(5)
    const squares = new Float64Array(5)
    let product = 0
    for (let run = 0; run < runs; run++) {
      const drawn = drawMultinomial(counts, rows, rng)
      for (let bin = 0; bin < 5; bin++) {
        const off = drawn[bin]! - (rows * counts[bin]!) / 100
        sum[bin]! += off
        squares[bin]! += off * off
      }
      product += (drawn[2]! - 0.3 * rows) * (drawn[4]! - 0.64 * rows)
    }
    for (let bin = 0; bin < 5; bin++) {
      const variance = (rows * counts[bin]! * (100 - counts[bin]!)) / 1e4
      expect(Math.abs(sum[bin]! / runs), `bin ${bin}`).toBeLessThanOrEqual(4 * Math.sqrt(variance / runs))
      if (variance > 0) expect(Math.abs(squares[bin]! / runs / variance - 1), `bin ${bin}`).toBeLessThan(0.15)
    }
    expect(product / runs / (-0.3 * 0.64 * rows)).toBeGreaterThan(0.85)
    expect(product / runs / (-0.3 * 0.64 * rows)).toBeLessThan(1.15)
  })
})

test('the same seed gives the same rows', () => {
  expect(drawMultinomial([1, 2, 3], 500, seededRng(1))).toEqual(drawMultinomial([1, 2, 3], 500, seededRng(1)))
})

test('refuses an empty histogram and half a row', () => {
  expect(() => drawMultinomial([], 5, seededRng(1))).toThrow('must not be empty')
  expect(() => drawMultinomial([0, 0], 5, seededRng(1))).toThrow('must not be empty')
  expect(() => drawMultinomial([-1, 2], 5, seededRng(1))).toThrow('got -1')
  expect(() => drawMultinomial([1, Infinity], 5, seededRng(1))).toThrow('got Infinity')
  expect(() => drawMultinomial([1], 0.5, seededRng(1))).toThrow('got 0.5')
})

test('the rarer of two outcomes is drawn exactly also where the first is the frequent one', () => {
  const rng = seededRng(21)
  let none = 0
  for (let run = 0; run < 4000; run++) if (drawMultinomial([990, 10], 500, rng)[1] === 0) none++
  // .99⁵⁰⁰ = .0066; a rounded normal deviate would have it in .02.
  expect(none).toBeGreaterThan(10)
  expect(none).toBeLessThan(50)
})
