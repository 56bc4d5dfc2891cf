import { expect, test } from 'vitest'
import { alarmsOf, distanceOf, flagsColumn, numbersColumn, watchedOn } from '../../../test/support/watched-columns.ts'
import { normal, seededRng } from '../../base/rng.ts'
import { scaleChangeDetector } from './scale-change.ts'

function measure(before: (z: number) => number, now: (z: number) => number, rows = 1000) {
  const draw = (seed: number, of: (z: number) => number, length: number) => {
    const rng = seededRng(seed)
    return numbersColumn(
      'x',
      Array.from({ length }, () => of(normal(rng))),
    )
  }
  const flags = (length: number) =>
    flagsColumn(
      'f',
      Array.from({ length }, (_, row) => row % 2 === 0),
    )
  const { version, view } = watchedOn([flags(2000), draw(1, before, 2000)])
  const config = scaleChangeDetector.config.parse({ detector: 'scale-change' })
  return scaleChangeDetector.measure(null, version, view([flags(rows), draw(2, now, rows)]), config).evidence
}

const weight = (z: number) => 70 + 10 * z

test('kilograms taken for grams are a factor of 1000, in either direction, and flags have no unit', () => {
  for (const factor of [1000, 0.001]) {
    const evidence = measure(weight, (z) => factor * weight(z))
    expect(evidence).toMatchObject([{ subject: 'x', unit: 'ratio', threshold: 1.4, alarm: true }])
    expect(Math.abs(Math.log(distanceOf(evidence[0]) / 1000))).toBeLessThan(0.03)
  }
})

test('a factor that is drift, and a shift that no factor explains, are no change of unit', () => {
  expect(alarmsOf(measure(weight, (z) => 1.2 * weight(z)))).toEqual([])
  const shifted = measure(
    (z) => z,
    (z) => z + 3,
  )
  expect(distanceOf(shifted[0])).toBe(1)
  expect(alarmsOf(shifted)).toEqual([])
})

test('99 values, or a feature of three values, are insufficient with the reason', () => {
  expect(measure(weight, weight, 99)).toMatchObject([{ kind: 'insufficient', rows: 99, needRows: 100 }])
  const three = (z: number) => Math.min(1, Math.max(-1, Math.round(z))) + 5
  const [lack] = measure(three, three)
  expect(lack).toMatchObject({ kind: 'insufficient', needRows: 1001, because: 'too few different values' })
})
