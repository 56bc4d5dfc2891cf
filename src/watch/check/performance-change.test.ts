import { expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import type { Task } from '../../data/schema.ts'
import { overallPerformance, performanceChange, type ScoredRows } from './performance-change.ts'

const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }

/** Rows of which a share is predicted wrong, the classes alike. */
function rowsOf(rows: number, wrong: number): ScoredRows {
  const labels = Float64Array.from({ length: rows }, (_, row) => row % 2)
  const scores = Float32Array.from(labels, (label, row) => (row < wrong * rows ? 1 - label : label))
  return { labels, scores }
}

const accuracyOf = (before: ScoredRows, after: ScoredRows) =>
  performanceChange(BINARY, before, after, false).find(({ metric }) => metric === 'accuracy')

test('accuracy that fell beyond its interval and by more than a tenth of the loss is worse, the other way round better', () => {
  const [good, bad] = [rowsOf(10_000, 0.1), rowsOf(10_000, 0.13)]
  expect(accuracyOf(good, bad)).toMatchObject({ verdict: 'worse', least: expect.closeTo(0.01, 9) })
  expect(accuracyOf(good, bad)?.change).toBeCloseTo(-0.03, 9)
  expect(accuracyOf(bad, good)).toMatchObject({ verdict: 'better' })
})

test('a change that is sure but smaller than what matters is steady', () => {
  const seen = accuracyOf(rowsOf(1_000_000, 0.1), rowsOf(1_000_000, 0.108))
  expect(seen?.interval.high).toBeLessThan(0)
  expect(seen?.verdict).toBe('steady')
})

test('a change that could be chance is steady, however large', () => {
  expect(accuracyOf(rowsOf(60, 0.1), rowsOf(60, 0.2))).toMatchObject({
    verdict: 'steady',
    change: expect.closeTo(-0.1, 9),
  })
})

test('the interval of a difference is as wide as both sides make it', () => {
  const [few, many] = [rowsOf(400, 0.2), rowsOf(100_000, 0.2)]
  const width = (a: ScoredRows, b: ScoredRows) => {
    const seen = accuracyOf(a, b)
    return (seen?.interval.high ?? 0) - (seen?.interval.low ?? 0)
  }
  expect(width(few, many)).toBeCloseTo(width(many, few), 6)
  expect(width(few, few) / width(few, many)).toBeCloseTo(Math.SQRT2, 1)
  expect(width(many, many)).toBeLessThan(width(few, many) / 5)
})

test('for values a larger error is worse, and a row without a prediction or a label takes no part', () => {
  const rng = seededRng(4)
  const of = (spread: number): ScoredRows => {
    const labels = Float64Array.from({ length: 2000 }, () => 10 * rng())
    const scores = Float32Array.from(labels, (label) => label + spread * (rng() - 0.5))
    scores[0] = Number.NaN
    labels[1] = Number.NaN
    return { labels, scores }
  }
  const changes = performanceChange({ kind: 'regression' }, of(1), of(2), true)
  expect(changes.map(({ metric, verdict }) => [metric, verdict])).toEqual([
    ['rmse', 'worse'],
    ['mae', 'worse'],
  ])
  expect(changes[0]?.reference.rows).toBe(1998)
})

test('one metric that fell is enough, and nothing measured is unknown', () => {
  const worse = performanceChange(BINARY, rowsOf(10_000, 0.1), rowsOf(10_000, 0.2), false)
  const steady = performanceChange(BINARY, rowsOf(10_000, 0.1), rowsOf(10_000, 0.1), false)
  expect(overallPerformance([...steady, ...worse])).toBe('worse')
  expect(overallPerformance(steady)).toBe('steady')
  expect(overallPerformance([])).toBe('unknown')
})
