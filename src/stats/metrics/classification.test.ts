import { describe, expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import { wilson } from '../interval/wilson.ts'
import { metrics } from './catalog.ts'
import type { Measured, MetricInput } from './metric.ts'

function binary(labels: readonly number[], scores: readonly number[]): MetricInput {
  return { kind: 'binary', classes: 2, labels: Float64Array.from(labels), scores: Float32Array.from(scores) }
}

/** Multiclass rows that put all probability on `predicted`. */
function certain(classes: number, labels: readonly number[], predicted: readonly number[]): MetricInput {
  const scores = new Float32Array(labels.length * classes)
  for (const [row, k] of predicted.entries()) scores[row * classes + k] = 1
  return { kind: 'multiclass', classes, labels: Float64Array.from(labels), scores }
}

function measure(id: string, input: MetricInput): Measured {
  return metrics.get(id).measure(input)
}

function value(id: string, input: MetricInput): number {
  const seen = measure(id, input)
  if (seen.kind !== 'measured') throw new Error(`${id} is insufficient`)
  return seen.value
}

const rng = seededRng(31)
const labels = Array.from({ length: 300 }, () => (rng() < 0.4 ? 1 : 0))
const scores = labels.map((label) => Math.fround(0.5 * rng() + 0.4 * label + 0.05))
const asBinary = binary(labels, scores)
const asTwoClasses: MetricInput = {
  kind: 'multiclass',
  classes: 2,
  labels: asBinary.labels,
  scores: Float32Array.from(scores.flatMap((p) => [1 - p, p])),
}

describe('two classes told as a multiclass task', () => {
  test.each(['accuracy', 'balanced-accuracy'])('have the same %s and interval', (id) => {
    expect(measure(id, asTwoClasses)).toEqual(measure(id, asBinary))
  })

  test('have the same area under the curve and DeLong interval', () => {
    const [one, other] = [measure('auc', asTwoClasses), measure('auc', asBinary)]
    if (one.kind !== 'measured' || other.kind !== 'measured') throw new Error('not measured')
    expect(one.value).toBeCloseTo(other.value, 12)
    expect(one.interval.low).toBeCloseTo(other.interval.low, 12)
    expect(one.interval.high).toBeCloseTo(other.interval.high, 12)
  })

  test('have the same log loss and twice the Brier score', () => {
    expect(value('log-loss', asTwoClasses)).toBeCloseTo(value('log-loss', asBinary), 6)
    expect(value('brier', asTwoClasses)).toBeCloseTo(2 * value('brier', asBinary), 6)
  })
})

describe('a model that is always right and certain', () => {
  const perfect = binary([0, 1, 0, 1, 1], [0, 1, 0, 1, 1])
  test.each(['accuracy', 'balanced-accuracy', 'precision', 'recall', 'f1', 'auc'])(
    'has %s 1 and an honest interval',
    (id) => {
      const seen = measure(id, perfect)
      if (seen.kind !== 'measured') throw new Error('not measured')
      expect(seen.value).toBe(1)
      expect(seen.interval.high).toBe(1)
      expect(seen.interval.low).toBeLessThan(0.8)
      const several = measure(id, certain(3, [0, 1, 2, 0, 1, 2], [0, 1, 2, 0, 1, 2]))
      if (several.kind !== 'measured') throw new Error('not measured')
      expect(several.value).toBe(1)
      expect(several.interval.low).toBeLessThan(0.8)
    },
  )

  test('has no Brier score and the smallest log loss that a 32-bit score can have', () => {
    expect(value('brier', perfect)).toBe(0)
    expect(value('log-loss', perfect)).toBeCloseTo(2 ** -23, 12)
  })

  test('pays 15.9 nats, not infinity, when it is wrong for once', () => {
    expect(value('log-loss', binary([0, 0], [1, 1]))).toBeCloseTo(23 * Math.LN2, 12)
    expect(value('log-loss', certain(3, [0, 1], [1, 2]))).toBeCloseTo(23 * Math.LN2, 12)
  })
})

describe('what cannot be said', () => {
  test('an area under the curve of one class, or with one row of a class', () => {
    expect(measure('auc', binary([1, 1, 1], [0.1, 0.2, 0.3]))).toEqual({
      kind: 'insufficient',
      haveRows: 0,
      needRows: 2,
    })
    expect(measure('auc', binary([1, 1, 0], [0.1, 0.2, 0.3]))).toEqual({
      kind: 'insufficient',
      haveRows: 1,
      needRows: 2,
    })
    expect(measure('auc', certain(3, [1, 1, 0], [1, 1, 0]))).toMatchObject({ kind: 'insufficient', haveRows: 1 })
  })

  test('a precision without a predicted positive', () => {
    expect(measure('precision', binary([0, 1], [0.5, 0.2]))).toEqual({ kind: 'insufficient', haveRows: 0, needRows: 1 })
  })

  test('a recall without a positive row', () => {
    expect(measure('recall', binary([0, 0], [0.9, 0.2]))).toEqual({ kind: 'insufficient', haveRows: 0, needRows: 1 })
  })

  test('an F1 where nothing is or is called positive', () => {
    expect(measure('f1', binary([0, 0], [0.1, 0.2]))).toEqual({ kind: 'insufficient', haveRows: 0, needRows: 1 })
  })

  test('a balanced accuracy of one class', () => {
    expect(measure('balanced-accuracy', binary([1, 1], [0.9, 0.2]))).toMatchObject({ kind: 'insufficient' })
    expect(measure('balanced-accuracy', certain(3, [1, 1], [1, 0]))).toMatchObject({ kind: 'insufficient' })
  })

  test('a calibration error of fewer than 20 rows, a log loss of one', () => {
    const few = (rows: number) => binary(new Array(rows).fill(1), new Array(rows).fill(0.7))
    expect(measure('calibration-error', few(19))).toEqual({ kind: 'insufficient', haveRows: 19, needRows: 20 })
    expect(measure('calibration-error', few(20))).toMatchObject({ kind: 'measured' })
    expect(measure('log-loss', few(1))).toEqual({ kind: 'insufficient', haveRows: 1, needRows: 2 })
  })
})

describe('what the rows of a metric are', () => {
  const input = binary([1, 1, 0, 0, 0, 1], [0.9, 0.1, 0.8, 0.2, 0.3, 0.5])

  test('precision rests on the rows predicted positive, recall on the positive ones, F1 on either', () => {
    expect(measure('precision', input)).toMatchObject({ value: 1 / 2, rows: 2, interval: wilson(1, 2) })
    expect(measure('recall', input)).toMatchObject({ value: 1 / 3, rows: 3, interval: wilson(1, 3) })
    expect(measure('f1', input)).toMatchObject({ value: 2 / 5, rows: 4 })
  })

  test('a probability of exactly a half is not a positive prediction', () => {
    expect(value('accuracy', binary([0, 0], [0.5, 0.5]))).toBe(1)
  })

  test('the lower of two equally likely classes is the predicted one', () => {
    const tie: MetricInput = { ...certain(3, [0, 1], [0, 0]), scores: Float32Array.of(0.5, 0.5, 0, 0.2, 0.4, 0.4) }
    expect(value('accuracy', tie)).toBe(1)
  })

  test('a class neither labelled nor predicted is not averaged over', () => {
    expect(value('f1', certain(9, [0, 1, 0, 1], [0, 1, 0, 1]))).toBe(1)
  })

  test('a multiclass area leaves classes of fewer than two rows out', () => {
    const withRare = certain(3, [0, 0, 1, 1, 2], [0, 0, 1, 1, 0])
    expect(measure('auc', withRare)).toMatchObject({ kind: 'measured', rows: 5 })
    expect(value('auc', withRare)).toBeCloseTo((5 / 6 + 1) / 2, 12)
  })
})

test('a perfect area over several classes is as sure as its rarest class has rows', () => {
  const labels = [0, 1, 2].flatMap((k) => Array<number>([30, 20, 4][k]!).fill(k))
  const seen = measure('auc', certain(3, labels, labels))
  expect(seen).toMatchObject({ value: 1, interval: { low: wilson(4, 4).low, high: 1 } })
})

test('an interval ends where the metric does', () => {
  const mostlyRight = measure('brier', binary([0, 0, 0, 0], [0, 0, 0, 1]))
  expect(mostlyRight).toMatchObject({ value: 0.25, interval: { low: 0 } })
  const mostlyWrong = measure('brier', binary([0, 0, 0, 0], [1, 1, 1, 0]))
  expect(mostlyWrong).toMatchObject({ value: 0.75, interval: { high: 1 } })
  expect(measure('brier', certain(3, [0, 0, 0], [1, 1, 0]))).toMatchObject({ interval: { high: 2 } })
})

describe('the calibration error', () => {
  test('is the gap between claim and outcome, a bin at a time', () => {
    const outcomes = Array.from({ length: 100 }, (_, row) => (row % 10 < 3 ? 1 : 0))
    expect(value('calibration-error', binary(outcomes, new Array(100).fill(0.7)))).toBeCloseTo(0.4, 6)
    expect(value('calibration-error', binary(outcomes, new Array(100).fill(0.3)))).toBeCloseTo(0, 6)
  })

  test('does not let two bins make up for each other', () => {
    const outcomes = Array.from({ length: 100 }, (_, row) => (row % 10 < 5 ? 1 : 0))
    const claims = outcomes.map((_, row) => (row % 2 === 0 ? 0.25 : 0.75))
    expect(value('calibration-error', binary(outcomes, claims))).toBeGreaterThan(0.2)
  })

  test('of several classes is about the likeliest one', () => {
    const input = certain(3, new Array(40).fill(0), new Array(40).fill(0))
    const wrong = { ...input, labels: input.labels.map((_, row) => (row % 4 === 0 ? 1 : 0)) }
    expect(value('calibration-error', wrong)).toBeCloseTo(0.25, 12)
  })
})
