import { expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { eBenjaminiHochberg } from './e-benjamini-hochberg.ts'

test('rejects the k largest for the largest k that its line allows', () => {
  // Lines at alpha = .05, m = 4: 80, 40, 26.7, 20. The second misses its own, the third does not.
  expect(eBenjaminiHochberg([27, 100, 1, 39], 0.05)).toEqual([true, true, false, true])
  expect(eBenjaminiHochberg([79, 39, 26, 19], 0.05)).toEqual([false, false, false, false])
  expect(eBenjaminiHochberg([20, 20, 20, 20], 0.05)).toEqual([true, true, true, true])
})

test('one e-value needs 1/alpha; infinity is enough, nothing is not', () => {
  expect(eBenjaminiHochberg([20], 0.05)).toEqual([true])
  expect(eBenjaminiHochberg([19.99], 0.05)).toEqual([false])
  expect(eBenjaminiHochberg([Infinity, 0], 0.05)).toEqual([true, false])
  expect(eBenjaminiHochberg([], 0.05)).toEqual([])
})

test('keeps its rate also where all tests are one and the same', () => {
  const rng = seededRng(3)
  let falseRuns = 0
  for (let run = 0; run < 4000; run++) {
    // The likelihood ratio of N(1, 1) against N(0, 1), eight times over: any rejection is false.
    const e = Math.exp(normal(rng) - 0.5)
    if (eBenjaminiHochberg(Array(8).fill(e), 0.2).some(Boolean)) falseRuns++
  }
  // P(e ≥ 5) = P(Z ≥ 2.11) = .0174, below .2 as it must.
  expect(falseRuns / 4000).toBeGreaterThan(0.01)
  expect(falseRuns / 4000).toBeLessThan(0.03)
})

test('refuses what is no e-value and what is no rate', () => {
  expect(() => eBenjaminiHochberg([1, -1], 0.05)).toThrow('e-value 1 must be >= 0; got -1')
  expect(() => eBenjaminiHochberg([Number.NaN], 0.05)).toThrow('got NaN')
  expect(() => eBenjaminiHochberg([1], 1)).toThrow('alpha must be in (0, 1); got 1')
})
