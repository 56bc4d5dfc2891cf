import { expect, test } from 'vitest'
import { standardDeviation } from './label-scale.ts'

test('the scale is the spread of all labels that are known, and 1 where there is none', () => {
  expect(standardDeviation(Float64Array.of(1, Number.NaN, 3))).toBe(1)
  expect(standardDeviation(Float64Array.of(0, 0, 4, 4, Number.NaN))).toBe(2)
  expect(standardDeviation(Float64Array.of(1e9, 1e9 + 4))).toBe(2)
  expect(standardDeviation(Float64Array.of(7, 7))).toBe(1)
  expect(standardDeviation(Float64Array.of())).toBe(1)
})
