import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { fTail, oneWay } from './one-way.ts'

function ofValues(groups: readonly (readonly number[])[]) {
  const sums = groups.map((group) => ({ rows: group.length, sum: group.reduce((sum, x) => sum + x, 0) }))
  return oneWay(
    sums,
    groups.flat().reduce((sum, x) => sum + x * x, 0),
  )
}

test('matches the formula worked by hand', () => {
  // Means 2 and 5, between 13.5, within 4 on 4 degrees of freedom: F = 13.5, ω² = 12.5 / 18.5.
  const seen = ofValues([
    [1, 2, 3],
    [4, 5, 6],
  ])
  expect(seen?.statistic).toBeCloseTo(13.5, 10)
  expect(seen?.omegaSquared).toBeCloseTo(12.5 / 18.5, 10)
})

test('two groups give the square of Student’s t: p of t = 2.228 on 10 degrees of freedom is .05', () => {
  expect(fTail(2.228138852 ** 2, 1, 10)).toBeCloseTo(0.05, 8)
})

test('fewer than two groups, no spread, or a value a group cannot be said', () => {
  expect(ofValues([])).toBeNull()
  expect(ofValues([[1, 2, 3], []])).toBeNull()
  expect(
    ofValues([
      [0.1, 0.1],
      [0.1, 0.1, 0.1],
    ]),
  ).toBeNull()
  expect(ofValues([[1], [2]])).toBeNull()
})

test('groups that are constant and differ explain everything', () => {
  expect(
    ofValues([
      [1, 1],
      [2, 2],
    ]),
  ).toEqual({ statistic: Number.POSITIVE_INFINITY, pValue: 0, omegaSquared: 1 })
})

test('the unit of the values and the order of the groups do not matter', () => {
  const some = fc.array(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 8 }), {
    minLength: 2,
    maxLength: 5,
  })
  fc.assert(
    fc.property(some, (groups) => {
      const seen = ofValues(groups)
      const other = ofValues(groups.toReversed().map((group) => group.map((x) => x * 1024)))
      if (seen === null || other === null) {
        expect(other).toBe(seen)
        return
      }
      expect(other.pValue).toBeCloseTo(seen.pValue, 9)
      expect(other.omegaSquared).toBeCloseTo(seen.omegaSquared, 9)
      expect(seen.omegaSquared).toBeGreaterThanOrEqual(0)
      expect(seen.omegaSquared).toBeLessThanOrEqual(1)
    }),
  )
})

test('groups that mean nothing are told apart at the level that is claimed, also of unequal sizes', () => {
  const rng = seededRng(1)
  let below = 0
  let omega = 0
  for (let run = 0; run < 4000; run++) {
    const seen = ofValues([40, 5, 12].map((rows) => Array.from({ length: rows }, () => normal(rng))))
    if ((seen?.pValue ?? 1) <= 0.05) below++
    omega += seen?.omegaSquared ?? 0
  }
  expect(below / 4000).toBeGreaterThan(0.038)
  expect(below / 4000).toBeLessThan(0.062)
  // Cut at 0, its mean is above 0, but below the 2/56 of the plain ratio.
  expect(omega / 4000).toBeLessThan(0.02)
})

test('a parameter out of its domain is refused', () => {
  expect(() => fTail(-1, 1, 1)).toThrow(RangeError)
  expect(() => fTail(Number.NaN, 1, 1)).toThrow(RangeError)
  expect(() => fTail(1, 0, 1)).toThrow(RangeError)
})
