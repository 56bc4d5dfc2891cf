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
