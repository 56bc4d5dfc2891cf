import { expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { eLond, startELond } from './e-lond.ts'

test('the level falls with each test and rises with each discovery', () => {
  const first = eLond(startELond(), 39.9, 0.05)
  expect(first).toEqual({ state: { tests: 1, discoveries: 0 }, level: 0.025, isDiscovery: false })
  const second = eLond(first.state, 120, 0.05)
  expect(second.level).toBeCloseTo(0.05 / 6, 15)
  expect(second.isDiscovery).toBe(true)
  const third = eLond(second.state, 119, 0.05)
  expect(third.level).toBeCloseTo((0.05 * 2) / 12, 15)
  expect(third).toMatchObject({ isDiscovery: false, state: { tests: 3, discoveries: 1 } })
})

test('levels without a discovery add up to no more than alpha', () => {
  let state = startELond()
  let spent = 0
  for (let t = 0; t < 1000; t++) {
    const step = eLond(state, 0, 0.05)
    state = step.state
    spent += step.level
  }
  expect(spent).toBeLessThan(0.05)
  expect(spent).toBeGreaterThan(0.0499)
})

test('where every hypothesis is true, a run of 50 tests rejects any with probability below alpha', () => {
  const rng = seededRng(4)
  let wrong = 0
  for (let run = 0; run < 3000; run++) {
    let state = startELond()
    for (let t = 0; t < 50; t++) state = eLond(state, Math.exp(2 * normal(rng) - 2), 0.3).state
    if (state.discoveries > 0) wrong++
  }
  expect(wrong / 3000).toBeLessThan(0.3)
  expect(wrong).toBeGreaterThan(0)
})

test('leaves the state it was given as it was, and accepts an infinite e-value', () => {
  const before = Object.freeze(startELond())
  expect(eLond(before, Infinity, 0.05).isDiscovery).toBe(true)
  expect(before).toEqual({ tests: 0, discoveries: 0 })
})

test('refuses what is no e-value and what is no rate', () => {
  expect(() => eLond(startELond(), -1, 0.05)).toThrow('>= 0; got -1')
  expect(() => eLond(startELond(), Number.NaN, 0.05)).toThrow('got NaN')
  expect(() => eLond(startELond(), 1, 0)).toThrow('alpha must be in (0, 1); got 0')
})
