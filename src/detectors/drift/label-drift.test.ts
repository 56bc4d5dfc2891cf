import { expect, test } from 'vitest'
import { alarmsOf, numbersColumn, watchedOn } from '../../../test/support/watched-columns.ts'
import { normal, seededRng } from '../../base/rng.ts'
import type { Task } from '../../data/schema.ts'
import { labelDriftDetector } from './label-drift.ts'

function measure(task: Task, before: readonly number[], now: readonly number[]) {
  const { version, view } = watchedOn([numbersColumn('x', before)], { task, labels: Float64Array.from(before) })
  const config = labelDriftDetector.config.parse({ detector: 'label-drift' })
  const seen = view([numbersColumn('x', now)], { labels: Float64Array.from(now) })
  return labelDriftDetector.measure(null, version, seen, config).evidence
}

const classes = (rows: number, ones: number, code = 1) =>
  Array.from({ length: rows }, (_, row) => (row < ones ? code : 0))
const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }
const THREE: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] }

test('two classes are two proportions: the statistic is z²', () => {
  const [seen] = measure(BINARY, classes(400, 100), classes(200, 80))
  // z = (.4 − .25) / √(.3 · .7 · (1/400 + 1/200))
  const square = 0.15 ** 2 / (0.3 * 0.7 * (1 / 400 + 1 / 200))
  expect(seen).toMatchObject({ kind: 'p-value', subject: 'label', rows: 200, alarm: true })
  expect(seen?.kind === 'p-value' ? seen.statistic : Number.NaN).toBeCloseTo(square, 10)
})

test('a class that training never saw is drift', () => {
  expect(alarmsOf(measure(THREE, classes(400, 200), classes(400, 30, 2)))).toEqual(['label'])
  expect(alarmsOf(measure(THREE, classes(400, 200), classes(400, 205)))).toEqual([])
})

test('values are compared as a whole, not by their mean', () => {
  const rng = seededRng(1)
  const draw = (rows: number, sd: number) => Array.from({ length: rows }, () => sd * normal(rng))
  expect(alarmsOf(measure({ kind: 'regression' }, draw(500, 1), draw(500, 2)))).toEqual(['label'])
  expect(alarmsOf(measure({ kind: 'regression' }, draw(500, 1), draw(500, 1)))).toEqual([])
})

test('rows without a label take no part, on either side', () => {
  const gaps = (labels: readonly number[]) => labels.flatMap((label) => [label, Number.NaN])
  const plain = measure(BINARY, classes(400, 100), classes(200, 80))
  expect(measure(BINARY, gaps(classes(400, 100)), gaps(classes(200, 80)))).toEqual(plain)
  expect(measure(BINARY, classes(400, 100), gaps(classes(49, 49)))).toMatchObject([
    { kind: 'insufficient', rows: 49, needRows: 50 },
  ])
})
