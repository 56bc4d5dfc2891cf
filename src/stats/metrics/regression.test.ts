import { describe, expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { metrics } from './catalog.ts'
import type { Measured, MetricInput } from './metric.ts'

function regression(labels: readonly number[], scores: readonly number[]): MetricInput {
  return { kind: 'regression', classes: 0, labels: Float64Array.from(labels), scores: Float32Array.from(scores) }
}

function measure(id: string, input: MetricInput): Measured & { kind: 'measured' } {
  const seen = metrics.get(id).measure(input)
  if (seen.kind !== 'measured') throw new Error(`${id} is insufficient`)
  return seen
}

const rng = seededRng(32)
const labels = Array.from({ length: 200 }, () => 8 + normal(rng))
const scores = labels.map((label) => Math.fround(label + 0.5 * normal(rng)))
const input = regression(labels, scores)

describe('errors in the unit of the label', () => {
  test.each(['mae', 'rmse'])('%s doubles with the unit', (id) => {
    const doubled = regression(
      labels.map((x) => 2 * x),
      scores.map((x) => 2 * x),
    )
    expect(measure(id, doubled).value).toBeCloseTo(2 * measure(id, input).value, 12)
    expect(measure(id, doubled).interval.low).toBeCloseTo(2 * measure(id, input).interval.low, 12)
  })

  test('the root of the mean square is never below the mean size', () => {
    expect(measure('rmse', input).value).toBeGreaterThan(measure('mae', input).value)
    const equalSizes = regression([0, 0, 0, 0], [1, -1, 1, -1])
    expect(measure('rmse', equalSizes).value).toBe(measure('mae', equalSizes).value)
  })

  test('are exact at 10⁹', () => {
    const large = regression([1e9, 1e9, 2e9, 2e9], [1e9 + 64, 1e9, 2e9, 2e9])
    expect(measure('mae', large).value).toBe(16)
    expect(measure('rmse', large).value).toBe(32)
  })
})

describe('R²', () => {
  test('is 1 for a perfect model and 0 for the mean label', () => {
    const exact = regression(scores, scores)
    expect(measure('r2', exact)).toMatchObject({ value: 1, interval: { low: 1, high: 1 } })
    const half = Array.from({ length: 40 }, (_, row) => row % 2)
    expect(measure('r2', regression(half, new Array(40).fill(0.5))).value).toBe(0)
  })

  test('does not change with the unit, nor with a far zero', () => {
    const whole = labels.map((x) => Math.round(64 * x))
    const guesses = scores.map((x) => Math.round(64 * x))
    const { value, interval } = measure('r2', regression(whole, guesses))
    const far = measure(
      'r2',
      regression(
        whole.map((x) => 4 * x + 2 ** 22),
        guesses.map((x) => 4 * x + 2 ** 22),
      ),
    )
    expect(far.value).toBeCloseTo(value, 10)
    expect(far.interval.low).toBeCloseTo(interval.low, 10)
  })

  test('needs labels that differ, also with any one block left out', () => {
    const r2 = metrics.get('r2')
    const constant = regression(new Array(40).fill(3.3), scores.slice(0, 40))
    expect(r2.measure(constant)).toMatchObject({ kind: 'insufficient' })
    const oneOff = regression([...new Array(39).fill(3.3), 4], scores.slice(0, 40))
    expect(r2.measure(oneOff)).toMatchObject({ kind: 'insufficient' })
    const firstOff = regression([4, ...new Array(39).fill(3.3)], scores.slice(0, 40))
    expect(r2.measure(firstOff)).toMatchObject({ kind: 'insufficient' })
  })

  test('needs 20 rows', () => {
    const few = regression(labels.slice(0, 19), scores.slice(0, 19))
    expect(metrics.get('r2').measure(few)).toEqual({ kind: 'insufficient', haveRows: 19, needRows: 20 })
  })
})

describe('the percentage error', () => {
  test('is the same in every unit', () => {
    const stretched = regression(
      labels.map((x) => 1024 * x),
      scores.map((x) => 1024 * x),
    )
    expect(measure('mape', stretched).value).toBeCloseTo(measure('mape', input).value, 12)
  })

  test('leaves rows whose label is 0 out and counts the others', () => {
    expect(measure('mape', regression([0, 10, -20, 0], [5, 11, -18, 0]))).toMatchObject({ value: 0.1, rows: 2 })
    const zeros = metrics.get('mape').measure(regression([0, 0, 10], [1, 2, 3]))
    expect(zeros).toEqual({ kind: 'insufficient', haveRows: 1, needRows: 2 })
  })
})
