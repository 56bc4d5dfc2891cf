import { expect, test } from 'vitest'
import { alarmsOf, numbersColumn, watchedOn } from '../../../test/support/watched-columns.ts'
import { nullSpikeDetector } from './null-spike.ts'

/** `gaps` of `rows` rows are missing. */
const column = (name: string, rows: number, gaps: number) =>
  numbersColumn(
    name,
    Array.from({ length: rows }, (_, row) => (row < gaps ? Number.NaN : row)),
  )

function measure(
  before: readonly [rows: number, gaps: number],
  now: readonly [rows: number, gaps: number],
  options = {},
) {
  const { version, view } = watchedOn([column('x', ...before)])
  const config = nullSpikeDetector.config.parse({ detector: 'null-spike', ...options })
  return nullSpikeDetector.measure(null, version, view([column('x', ...now)]), config).evidence
}

test('a tenth of the rows missing where none was is a spike; one in a hundred of many is a trifle', () => {
  expect(measure([1000, 0], [1000, 100])).toMatchObject([{ subject: 'x', value: 0.1, unit: 'share', alarm: true }])
  expect(measure([100_000, 0], [100_000, 900])).toMatchObject([{ value: 0.009, threshold: 0.01, alarm: false }])
  expect(measure([100_000, 0], [100_000, 1000])).toMatchObject([{ alarm: true }])
})

test('of what was missing often a quarter more is a trifle', () => {
  expect(alarmsOf(measure([100_000, 40_000], [100_000, 49_900]))).toEqual([])
  expect(alarmsOf(measure([100_000, 40_000], [100_000, 50_100]))).toEqual(['x'])
})

test('few rows must rise by more than chance explains, whichever side is the small one', () => {
  expect(alarmsOf(measure([100, 10], [100, 18]))).toEqual([])
  expect(alarmsOf(measure([100_000, 10_000], [60, 12]))).toEqual([])
  expect(alarmsOf(measure([60, 6], [100_000, 20_000]))).toEqual([])
  expect(alarmsOf(measure([100_000, 10_000], [1000, 180]))).toEqual(['x'])
})

test('fewer gaps than before are no spike', () => {
  expect(alarmsOf(measure([1000, 500], [1000, 0]))).toEqual([])
})

test('the chance is shared by all features', () => {
  const names = Array.from({ length: 200 }, (_, i) => `x${i}`)
  const { version, view } = watchedOn(names.map((name) => column(name, 500, 25)))
  const config = nullSpikeDetector.config.parse({ detector: 'null-spike' })
  const now = view(names.map((name) => column(name, 500, 65)))
  expect(alarmsOf(nullSpikeDetector.measure(null, version, now, config).evidence)).toEqual([])
  expect(alarmsOf(measure([500, 25], [500, 65]))).toEqual(['x'])
})

test('one row fewer than minRows is insufficient', () => {
  expect(measure([49, 0], [1000, 500])).toMatchObject([{ kind: 'insufficient', rows: 49, needRows: 50 }])
  expect(measure([1000, 0], [49, 40])).toMatchObject([{ kind: 'insufficient', rows: 49, needRows: 50 }])
})
