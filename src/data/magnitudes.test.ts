import fc from 'fast-check'
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

test('the order of magnitude of any number is that of its logarithm', () => {
  const keyByLog = (x: number) => {
    const bin = Math.floor(Math.log(Math.abs(x)) / Math.log(1.02))
    return Math.sign(x) * (Math.max(-2000, Math.min(2000, bin)) + 2001)
  }
  const near = Array.from({ length: 4003 }, (_, i) => 1.02 ** (i - 2001)).flatMap((edge) =>
    [1 - 1e-15, 1, 1 + 1e-15, 1 + 1e-9, 1.0005].map((factor) => edge * factor),
  )
  const extremes = [5e-324, 2.2e-308, 1, 1.9999999, 2, Number.MAX_VALUE, 1e17, 1e-17]
  for (const value of [...near, ...extremes].flatMap((x) => [x, -x]))
    expect([...sketch([value]).keys]).toEqual([keyByLog(value)])
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      if (value !== 0) expect([...sketch([value]).keys]).toEqual([keyByLog(value)])
    }),
  )
})
