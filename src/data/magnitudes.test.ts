import { expect, test } from 'vitest'
import { addMagnitude, compact, magnitudeDistance, magnitudeScratch, shiftMagnitudes } from './magnitudes.ts'

function sketch(values: readonly number[]) {
  const scratch = magnitudeScratch()
  for (const value of values) addMagnitude(scratch, value)
  return compact(scratch)
}

test('a shift is a multiplication by a power of 1.02, also below zero', () => {
  const values = [-40.5, -3.3, 0, 0.7, 12.1, 800.9]
  const shifted = shiftMagnitudes(sketch(values), 7)
  expect(magnitudeDistance(shifted, sketch(values.map((x) => x * 1.02 ** 7)))).toBe(0)
})

test('a shift changes no sign and moves no zero, however small the values are', () => {
  const tiny = sketch([-1e-300, 0, 1e-300])
  expect([...tiny.keys]).toEqual([-1, 0, 1])
  expect([...shiftMagnitudes(tiny, -50).keys]).toEqual([-1, 0, 1])
})
