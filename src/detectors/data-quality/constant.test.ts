import { expect, test } from 'vitest'
import {
  alarmsOf,
  distanceOf,
  flagsColumn,
  numbersColumn,
  textsColumn,
  watchedOn,
} from '../../../test/support/watched-columns.ts'
import type { Column } from '../../data/frame.ts'
import { constantDetector } from './constant.ts'

function measure(before: Column, now: Column) {
  const { version, view } = watchedOn([before])
  const config = constantDetector.config.parse({ detector: 'constant' })
  return constantDetector.measure(null, version, view([now]), config).evidence
}

const mostly = (rows: number, others: number) =>
  numbersColumn(
    'x',
    Array.from({ length: rows }, (_, row) => (row < others ? row + 2 : 0)),
  )
const upTo = (rows: number) =>
  numbersColumn(
    'x',
    Array.from({ length: rows }, (_, row) => row),
  )

test('a number, a text and a flag that varied and stand still alarm', () => {
  const rows = Array.from({ length: 400 }, (_, row) => row)
  expect(alarmsOf(measure(upTo(400), mostly(400, 0)))).toEqual(['x'])
  const texts = textsColumn(
    'x',
    rows.map((row) => `t${row % 3}`),
  )
  expect(
    alarmsOf(
      measure(
        texts,
        textsColumn(
          'x',
          rows.map(() => 't1'),
        ),
      ),
    ),
  ).toEqual(['x'])
  const flags = flagsColumn(
    'x',
    rows.map((row) => row % 2 === 0),
  )
  expect(
    alarmsOf(
      measure(
        flags,
        flagsColumn(
          'x',
          rows.map(() => true),
        ),
      ),
    ),
  ).toEqual(['x'])
})

test('98 of 100 rows with one value are still; 97 are not; gaps take no part', () => {
  expect(measure(upTo(1000), mostly(1000, 20))).toMatchObject([{ value: 0.98, threshold: 0.98, alarm: true }])
  expect(measure(upTo(1000), mostly(1000, 30))).toMatchObject([{ value: 0.97, alarm: false }])
  const gaps = numbersColumn(
    'x',
    Array.from({ length: 400 }, (_, row) => (row % 2 === 0 ? Number.NaN : 7)),
  )
  expect(measure(upTo(400), gaps)).toMatchObject([{ value: 1, rows: 200, alarm: true }])
})

test('no majority is 0', () => {
  expect(distanceOf(measure(upTo(400), upTo(400))[0])).toBe(0)
})

test('what was nearly always one value may be it for a window; of many more rows that is a change', () => {
  expect(alarmsOf(measure(mostly(1000, 10), mostly(100, 0)))).toEqual([])
  expect(alarmsOf(measure(mostly(100_000, 1000), mostly(10_000, 0)))).toEqual(['x'])
})

test('a feature that always stood still may stand still elsewhere', () => {
  const sevens = numbersColumn('x', new Float64Array(500).fill(7))
  expect(alarmsOf(measure(mostly(500, 0), sevens))).toEqual([])
})

test('49 values are insufficient', () => {
  expect(measure(upTo(400), mostly(49, 0))).toMatchObject([{ kind: 'insufficient', rows: 49, needRows: 50 }])
})

test('rows without a text take no part either', () => {
  const texts = (of: (row: number) => string | null) =>
    textsColumn(
      'x',
      Array.from({ length: 400 }, (_, row) => of(row)),
    )
  const still = texts((row) => (row % 3 === 0 ? 'a' : null))
  expect(
    measure(
      texts((row) => `t${row % 3}`),
      still,
    ),
  ).toMatchObject([{ value: 1, rows: 134, alarm: true }])
})
