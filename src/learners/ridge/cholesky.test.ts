import { expect, test } from 'vitest'
import { choleskySolve } from './cholesky.ts'

test('solves a system worked by hand, reading the lower triangle only', () => {
  // [[4, 2], [2, 3]] · [1, 2] = [8, 8]
  const x = choleskySolve(Float64Array.of(4, Number.NaN, 2, 3), Float64Array.of(8, 8))
  expect(x[0]).toBeCloseTo(1, 14)
  expect(x[1]).toBeCloseTo(2, 14)
})

test('gives 0 to a direction in which the matrix is flat, and solves the rest', () => {
  const x = choleskySolve(Float64Array.of(4, 0, 0, 0), Float64Array.of(12, 5))
  expect([...x]).toEqual([3, 0])
})

test('refuses a matrix of another size', () => {
  expect(() => choleskySolve(new Float64Array(3), new Float64Array(2))).toThrow('must be 2 x 2; got 3 numbers')
})

test('a pivot that is nothing but rounding is flat too: no unknown is blown up by it', () => {
  for (let a = 0.1; a < 3; a += 0.1) {
    for (let b = 0.1; b < 3; b += 0.1) {
      // [[a², ab], [ab, b²]] has one direction only; what b² is larger by in its last digit is no second one.
      const [, second] = choleskySolve(Float64Array.of(a * a, 0, a * b, b * b * (1 + 3e-16)), Float64Array.of(1, 7))
      expect(second).toBe(0)
    }
  }
})
