import { expect, test } from 'vitest'
import { alarmsOf, flagsColumn, numbersColumn, textsColumn, watchedOn } from '../../../test/support/watched-columns.ts'
import { normal, seededRng } from '../../base/rng.ts'
import type { Column } from '../../data/frame.ts'
import { chiSquaredDetector } from './chi-squared.ts'

function measure(before: readonly Column[], now: readonly Column[], options = {}) {
  const { version, view } = watchedOn(before)
  const config = chiSquaredDetector.config.parse({ detector: 'chi-squared', ...options })
  return chiSquaredDetector.measure(null, version, view(now), config).evidence
}

const flags = (rows: number, yes: number) =>
  flagsColumn(
    'f',
    Array.from({ length: rows }, (_, row) => row < yes),
  )

test('matches the formula worked by hand', () => {
  // 100 v 100 and 150 v 50 of 200 rows each: X² = 2 · 25²/125 + 2 · 25²/75.
  const [seen] = measure([flags(200, 100)], [flags(200, 50)])
  expect(seen).toMatchObject({ kind: 'p-value', subject: 'f', rows: 200, alarm: true })
  expect(seen?.kind === 'p-value' ? seen.statistic : Number.NaN).toBeCloseTo(1250 / 125 + 1250 / 75, 10)
})

test('numbers, texts, flags and gaps that moved are heard; those that stayed are not', () => {
  const draw = (seed: number, by: number) => {
    const rng = seededRng(seed)
    return Array.from({ length: 600 }, () => normal(rng) + by)
  }
  const letters = (draws: readonly number[]) =>
    textsColumn(
      't',
      draws.map((x) => (x < 0 ? 'a' : x < 1 ? 'b' : 'c')),
    )
  const gaps = (draws: readonly number[], above: number) =>
    numbersColumn(
      'g',
      draws.map((x) => (x > above ? Number.NaN : 1)),
    )
  const before = [numbersColumn('x', draw(1, 0)), letters(draw(2, 0)), flags(600, 300), gaps(draw(3, 0), 1)]
  const moved = [numbersColumn('x', draw(4, 0.5)), letters(draw(5, 0.5)), flags(600, 380), gaps(draw(6, 0), 0.5)]
  const stayed = [numbersColumn('x', draw(7, 0)), letters(draw(8, 0)), flags(600, 310), gaps(draw(9, 0), 1)]
  expect(alarmsOf(measure(before, moved))).toEqual(['x', 't', 'f', 'g'])
  expect(alarmsOf(measure(before, stayed))).toEqual([])
})

test('alpha is shared by the features unless told otherwise', () => {
  const before = [flags(200, 100), textsColumn('t', new Array(200).fill('a'))]
  const level = (options: object) =>
    measure(before, before, options).map((e) => (e.kind === 'p-value' ? e.alpha : null))
  expect(level({})).toEqual([0.0005, 0.0005])
  expect(level({ bonferroni: false })).toEqual([0.001, 0.001])
})

test('one row fewer than minRows is insufficient', () => {
  expect(measure([flags(200, 100)], [flags(49, 0)])).toMatchObject([{ kind: 'insufficient', rows: 49, needRows: 50 }])
})
