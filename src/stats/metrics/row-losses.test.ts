import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { metrics } from './catalog.ts'
import type { MetricInput } from './metric.ts'
import { type RowLoss, rowLosses } from './row-losses.ts'

const runs = { seed: 21, numRuns: 200 }
const probability = fc.float({ min: 0, max: 1, noNaN: true })
const binaryRows = fc
  .array(fc.tuple(fc.constantFrom(0, 1, Number.NaN), probability), { minLength: 2, maxLength: 60 })
  .map((rows): MetricInput => {
    const labels = Float64Array.from(rows, ([label]) => label)
    return { kind: 'binary', classes: 2, labels, scores: Float32Array.from(rows, ([, score]) => score) }
  })
  .filter(({ labels }) => labels.filter((label) => !Number.isNaN(label)).length >= 2)

const METRIC_OF: readonly [RowLoss, string, (mean: number) => number][] = [
  ['0/1', 'accuracy', (mean) => 1 - mean],
  ['brier', 'brier', (mean) => mean],
  ['log', 'log-loss', (mean) => mean],
]

describe('row losses', () => {
  test.each(METRIC_OF)('%s: their mean is the metric %s', (loss, id, metricOf) => {
    fc.assert(
      fc.property(binaryRows, (input) => {
        const known = rowLosses(input, loss).filter((x) => !Number.isNaN(x))
        const mean = known.reduce((sum, x) => sum + x, 0) / known.length
        const seen = metrics.get(id).measure(input)
        expect(seen).toMatchObject({ kind: 'measured', value: expect.closeTo(metricOf(mean), 10), rows: known.length })
      }),
      runs,
    )
  })

  test('are at least 0, and missing exactly where the label is', () => {
    fc.assert(
      fc.property(binaryRows, fc.constantFrom<RowLoss>('0/1', 'brier', 'log'), (input, loss) => {
        for (const [row, x] of rowLosses(input, loss).entries()) {
          if (Number.isNaN(input.labels[row])) expect(x).toBeNaN()
          else expect(x).toBeGreaterThanOrEqual(0)
        }
      }),
      runs,
    )
  })

  test('of several classes sum the squares over the classes', () => {
    const input: MetricInput = {
      kind: 'multiclass',
      classes: 3,
      labels: Float64Array.of(2, 0),
      scores: Float32Array.of(0.25, 0.25, 0.5, 0, 1, 0),
    }
    expect([...rowLosses(input, 'brier')]).toEqual([0.375, 2])
    expect([...rowLosses(input, '0/1')]).toEqual([0, 1])
    expect(rowLosses(input, 'log')[0]).toBeCloseTo(Math.LN2, 12)
  })

  test('of values are the size or the square of the error', () => {
    const input: MetricInput = {
      kind: 'regression',
      classes: 0,
      labels: Float64Array.of(1, Number.NaN, 5),
      scores: Float32Array.of(3, 3, 2),
    }
    expect([...rowLosses(input, 'absolute')]).toEqual([2, Number.NaN, 3])
    expect([...rowLosses(input, 'squared')]).toEqual([4, Number.NaN, 9])
  })

  test('take a probability that misses 1 by a rounding, and refuse one that misses it by a thousandth', () => {
    const of = (score: number) =>
      rowLosses({ kind: 'binary', classes: 2, labels: Float64Array.of(1), scores: Float32Array.of(score) }, '0/1')
    expect([...of(1 + 2 ** -21)]).toEqual([0])
    expect(() => of(1.001)).toThrow('the score of row 0 must be a probability in [0, 1]; got 1.00')
  })

  test('refuse a loss that is for another task', () => {
    const values: MetricInput = {
      kind: 'regression',
      classes: 0,
      labels: Float64Array.of(1),
      scores: Float32Array.of(1),
    }
    const classes: MetricInput = { ...values, kind: 'binary', classes: 2 }
    for (const loss of ['0/1', 'brier', 'log'] as const) {
      expect(() => rowLosses(values, loss)).toThrow(`loss '${loss}' is not for regression`)
    }
    for (const loss of ['absolute', 'squared'] as const) {
      expect(() => rowLosses(classes, loss)).toThrow(`loss '${loss}' is not for binary`)
    }
  })
})
