import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import { benjaminiHochberg } from './benjamini-hochberg.ts'

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 })

test('steps up: a p-value above its own line is rejected with a larger one below its', () => {
  // Lines at q = .05, m = 4: .0125, .025, .0375, .05. The second misses its own, the fourth does not.
  expect(benjaminiHochberg([0.01, 0.03, 0.036, 0.2], 0.05).rejected).toEqual([true, true, true, false])
  expect(benjaminiHochberg([0.2, 0.03, 0.01, 0.04], 0.05).rejected).toEqual([false, false, true, false])
})

test('a single hypothesis is not adjusted, and none is none', () => {
  expect(benjaminiHochberg([0.05], 0.05)).toEqual({ adjusted: Float64Array.of(0.05), rejected: [true] })
  expect(benjaminiHochberg([], 0.05)).toEqual({ adjusted: new Float64Array(0), rejected: [] })
})

test('lies between no correction and Bonferroni, whatever the order', () => {
  fc.assert(
    fc.property(pValues, (p) => {
      const { adjusted, rejected } = benjaminiHochberg(p, 0.1)
      for (const [i, value] of p.entries()) {
        expect(adjusted[i]!).toBeGreaterThanOrEqual(value)
        expect(adjusted[i]!).toBeLessThanOrEqual(Math.min(1, value * p.length))
        if (value <= 0.1 / p.length) expect(rejected[i]).toBe(true)
        if (value > 0.1) expect(rejected[i]).toBe(false)
      }
      expect([...benjaminiHochberg([...p].reverse(), 0.1).adjusted].reverse()).toEqual([...adjusted])
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('of 20 tests, 10 of true hypotheses, the share of false rejections is q · 10 / 20', () => {
  const rng = seededRng(2)
  let share = 0
  for (let run = 0; run < 4000; run++) {
    const p = Array.from({ length: 20 }, (_, i) => (i < 10 ? rng() : rng() * 0.004))
    const { rejected } = benjaminiHochberg(p, 0.2)
    const all = rejected.filter(Boolean).length
    share += all === 0 ? 0 : rejected.slice(0, 10).filter(Boolean).length / all / 4000
  }
  expect(share).toBeGreaterThan(0.09)
  expect(share).toBeLessThan(0.11)
})

test('refuses what is no p-value and what is no rate', () => {
  expect(() => benjaminiHochberg([0.1, Number.NaN], 0.05)).toThrow('p-value 1 must be in [0, 1]; got NaN')
  expect(() => benjaminiHochberg([1.1], 0.05)).toThrow('got 1.1')
  expect(() => benjaminiHochberg([0.1], 0)).toThrow('q must be in (0, 1); got 0')
})
