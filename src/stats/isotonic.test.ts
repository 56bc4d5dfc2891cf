import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitIsotonic, isotonicAt } from './isotonic.ts'

test('neighbours in the wrong order are pooled at their weighted mean', () => {
  const fit = fitIsotonic([1, 2, 3, 4], [0, 3, 1, 5], [1, 1, 3, 1])
  expect([...fit.x]).toEqual([1, 2, 3, 4])
  expect([...fit.y]).toEqual([0, 1.5, 1.5, 5])
})

test('between knots it is straight, beyond them constant', () => {
  const fit = fitIsotonic([0, 10], [1, 3])
  expect([-5, 0, 2.5, 10, 11, Number.POSITIVE_INFINITY].map((at) => isotonicAt(fit, at))).toEqual([1, 1, 1.5, 3, 3, 3])
})

test('points of equal x are one point', () => {
  const fit = fitIsotonic([2, 1, 2, 1], [0, 1, 1, 0], [1, 1, 3, 1])
  expect([...fit.x]).toEqual([1, 2])
  expect([...fit.y]).toEqual([0.5, 0.75])
})

test('one point, a constant and a falling sequence are constant functions', () => {
  expect(isotonicAt(fitIsotonic([3], [7]), -1)).toBe(7)
  const falling = fitIsotonic([1, 2, 3], [3, 2, 1])
  expect([...falling.x, ...falling.y]).toEqual([1, 3, 2, 2])
  expect([...fitIsotonic([1, 2], [1e9, 1e9]).y]).toEqual([1e9, 1e9])
})

test('a point of weight 0 is left out, and without any weight there is nothing to fit', () => {
  expect([...fitIsotonic([1, 2, 3], [0, -9, 1], [1, 0, 1]).y]).toEqual([0, 1])
  expect(() => fitIsotonic([1], [1], [0])).toThrow(/weight > 0/)
  expect(() => fitIsotonic([], [])).toThrow(RangeError)
  expect(() => fitIsotonic([Number.NaN], [1])).toThrow(/finite/)
  expect(() => fitIsotonic([1], [1, 2])).toThrow(/one length/)
  expect(() => fitIsotonic([1], [1], [-1])).toThrow(/>= 0/)
})

const POINTS = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.double({ min: -5, max: 5, noNaN: true })), {
  minLength: 1,
  maxLength: 40,
})

test('the fit never falls, keeps the mean, and no constant or rescaled identity is nearer', () => {
  fc.assert(
    fc.property(POINTS, (points) => {
      const [x, y] = [points.map(([at]) => at), points.map(([, value]) => value)]
      const fit = fitIsotonic(x, y)
      const fitted = x.map((at) => isotonicAt(fit, at))
      for (let k = 1; k < fit.x.length; k++) {
        expect(fit.x[k]!).toBeGreaterThan(fit.x[k - 1]!)
        expect(fit.y[k]!).toBeGreaterThanOrEqual(fit.y[k - 1]!)
      }
      const mean = y.reduce((a, b) => a + b, 0) / y.length
      expect(fitted.reduce((a, b) => a + b, 0) / y.length).toBeCloseTo(mean, 9)
      const squares = (values: readonly number[]) => values.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0)
      expect(squares(fitted)).toBeLessThanOrEqual(squares(y.map(() => mean)) + 1e-9)
      expect(squares(fitted)).toBeLessThanOrEqual(squares(x) + 1e-9)
    }),
  )
})
