import { expect, test } from 'vitest'
import { alarmsOf, distanceOf, numbersColumn, watchedOn } from '../../../test/support/watched-columns.ts'
import { normal, seededRng } from '../../base/rng.ts'
import { outOfRangeDetector } from './out-of-range.ts'

function measure(before: Iterable<number>, now: Iterable<number>, options = {}) {
  const { version, view } = watchedOn([numbersColumn('x', before)])
  const config = outOfRangeDetector.config.parse({ detector: 'out-of-range', ...options })
  return outOfRangeDetector.measure(null, version, view([numbersColumn('x', now)]), config).evidence
}

/** 0, 1, … 100, over and over. */
const steps = (rows: number) => Array.from({ length: rows }, (_, row) => row % 101)
const withSome = (rows: number, some: number, value: number) => steps(rows).map((x, row) => (row < some ? value : x))

test('the share is that of values beyond the range widened by a tenth, on either side', () => {
  for (const [value, share] of [
    [111, 0.05],
    [109, 0],
    [-11, 0.05],
    [-9, 0],
    [Number.POSITIVE_INFINITY, 0.05],
  ] as const) {
    const evidence = measure(steps(5000), withSome(1000, 50, value))
    expect(distanceOf(evidence[0])).toBe(share)
    expect(alarmsOf(evidence)).toEqual(share > 0 ? ['x'] : [])
  }
})

test('two in a thousand are a trifle, however many rows', () => {
  expect(alarmsOf(measure(steps(100_000), withSome(100_000, 190, 500)))).toEqual([])
  expect(alarmsOf(measure(steps(100_000), withSome(100_000, 210, 500)))).toEqual(['x'])
})

test('gaps are not beyond, and are not counted', () => {
  const [seen] = measure(steps(1000), withSome(1000, 500, Number.NaN))
  expect(seen).toMatchObject({ value: 0, rows: 500 })
})

test('heavy tails leave the range of few training rows without an alarm, in 300 steady lives', () => {
  let wrong = 0
  for (let seed = 0; seed < 300; seed++) {
    const rng = seededRng(seed)
    const draw = (rows: number) => Float64Array.from({ length: rows }, () => Math.exp(2 * normal(rng)))
    if (alarmsOf(measure(draw(60), draw(3000), { alpha: 0.02, margin: 0 })).length > 0) wrong++
  }
  expect(wrong).toBeLessThanOrEqual(14)
})

test('49 values are insufficient', () => {
  expect(measure(steps(500), withSome(50, 1, Number.NaN))).toMatchObject([
    { kind: 'insufficient', rows: 49, needRows: 50 },
  ])
})
