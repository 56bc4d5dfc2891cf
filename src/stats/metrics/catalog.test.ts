import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { metrics } from './catalog.ts'
import type { Measured, MetricInput } from './metric.ts'

const ROLES = ['catalog', 'confusion', 'hit-rate', 'labelled-rows', 'mean-loss', 'metric', 'row-losses']
const CLASSES = { binary: 2, multiclass: 4, regression: 0 } as const
type Task = MetricInput['kind']

/** Rows of a model that is the better the smaller `noise` is; every 9th has no label yet. */
function rowsOf(kind: Task, rows: number, noise: number, seed: number): MetricInput {
  const rng = seededRng(seed)
  const classes = CLASSES[kind]
  const labels = new Float64Array(rows)
  const scores = new Float32Array(rows * (kind === 'multiclass' ? classes : 1))
  for (let row = 0; row < rows; row++) {
    if (kind === 'regression') {
      labels[row] = 20 + 5 * normal(rng)
      scores[row] = labels[row]! + noise * normal(rng)
    } else if (kind === 'binary') {
      labels[row] = rng() < 0.4 ? 1 : 0
      scores[row] = logistic((labels[row] === 1 ? 2 : -2) * (1 - noise) + 2 * noise * normal(rng))
    } else {
      const label = Math.floor(rng() * classes)
      const weights = Array.from({ length: classes }, (_, k) => noise * rng() + (k === label ? 1 - noise : 0) + 0.01)
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      labels[row] = label
      for (const [k, weight] of weights.entries()) scores[row * classes + k] = weight / total
    }
    if (row % 9 === 8) labels[row] = Number.NaN
  }
  return { kind, classes, labels, scores }
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

function pickRows(input: MetricInput, index: readonly number[]): MetricInput {
  const width = input.kind === 'multiclass' ? input.classes : 1
  const scores = index.flatMap((row) => [...input.scores.subarray(row * width, (row + 1) * width)])
  const labels = Float64Array.from(index, (row) => input.labels[row]!)
  return { ...input, labels, scores: Float32Array.from(scores) }
}

/** The same rows with scores a hundredth of the way from the truth. */
function nearTruth(input: MetricInput): MetricInput {
  const width = input.kind === 'multiclass' ? input.classes : 1
  const scores = input.scores.map((score, i) => {
    const label = input.labels[Math.floor(i / width)]!
    const truth = input.kind === 'multiclass' ? Number(i % width === label) : label
    return Number.isNaN(label) ? score : 0.99 * truth + 0.01 * score
  })
  return { ...input, scores }
}

function sure(seen: Measured) {
  if (seen.kind !== 'measured') throw new Error(`not measured: ${JSON.stringify(seen)}`)
  return seen
}

test('every metric has a file of its own, and every file is a metric', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts'))
  const names = files.map((file) => file.slice(0, -3)).filter((name) => !ROLES.includes(name))
  expect(names.sort()).toEqual([...metrics.ids].sort())
})

const crossed = metrics.all.flatMap((metric) => metric.tasks.map((task) => [metric.id, task, metric] as const))

describe.each(crossed)('metric %s for %s', (id, task, metric) => {
  const input = rowsOf(task, 400, 0.6, 5)

  test('gives a finite value inside its interval, on labelled rows only', () => {
    const { value, interval, rows } = sure(metric.measure(input))
    expect(Number.isFinite(value)).toBe(true)
    expect(interval.low).toBeLessThanOrEqual(value)
    expect(interval.high).toBeGreaterThanOrEqual(value)
    expect(interval.high - interval.low).toBeGreaterThan(0)
    expect(interval.level).toBe(0.95)
    expect(rows).toBeGreaterThan(0)
    expect(rows).toBeLessThanOrEqual(400 - 44)
  })

  test('is deterministic and leaves its input alone', () => {
    const copy = structuredClone(input)
    expect(metric.measure(input)).toEqual(metric.measure(input))
    expect(input).toEqual(copy)
  })

  test('takes a row without a label for no row, whatever its score', () => {
    const labelled = [...input.labels.keys()].filter((row) => !Number.isNaN(input.labels[row]))
    const strange = { ...input, scores: input.scores.slice() }
    const width = strange.scores.length / 400
    strange.scores.fill(Number.NaN, 8 * width, 9 * width)
    expect(metric.measure(strange)).toEqual(metric.measure(pickRows(input, labelled)))
  })

  test('has a value that does not depend on the order of the rows', () => {
    const turned = pickRows(input, [...input.labels.keys()].reverse())
    expect(sure(metric.measure(turned)).value).toBeCloseTo(sure(metric.measure(input)).value, 10)
  })

  test('ranks a model that is all but right as the better one', () => {
    const good = sure(metric.measure(nearTruth(input))).value
    const bad = sure(metric.measure(input)).value
    if (metric.better === 'higher') expect(good).toBeGreaterThan(bad)
    else expect(good).toBeLessThan(bad)
  })

  test('is surer at a lower level and with more rows', () => {
    const width = (rows: number, level: number) => {
      const { interval } = sure(metric.measure(rowsOf(task, rows, 0.6, 7), level))
      return interval.high - interval.low
    }
    expect(width(400, 0.8)).toBeLessThan(width(400, 0.95))
    expect(width(8000, 0.95)).toBeLessThan(width(400, 0.95))
  })

  test('says how many rows are missing when there are none', () => {
    const nothing = metric.measure(rowsOf(task, 0, 0.6, 5))
    if (nothing.kind !== 'insufficient') throw new Error(`measured on no rows: ${JSON.stringify(nothing)}`)
    expect(nothing.haveRows).toBeLessThan(nothing.needRows)
    const unlabelled = { ...input, labels: new Float64Array(400).fill(Number.NaN) }
    expect(metric.measure(unlabelled)).toEqual(nothing)
  })

  test('of one row is measured or insufficient, never NaN', () => {
    const one = metric.measure(rowsOf(task, 1, 0.6, 5))
    if (one.kind === 'measured') expect(Number.isFinite(one.value + one.interval.low + one.interval.high)).toBe(true)
    else expect(one.haveRows).toBeLessThan(one.needRows)
  })

  test('refuses a label or a score that cannot be, and names the row', () => {
    const withLabel = (label: number) => ({ ...input, labels: input.labels.with(3, label) })
    const impossible = task === 'regression' ? [Infinity] : [CLASSES[task], -1, 0.5]
    for (const label of impossible) {
      expect(() => metric.measure(withLabel(label))).toThrow(`the label of row 3 must be`)
    }
    for (const score of task === 'regression' ? [Number.NaN, Infinity] : [Number.NaN, 1.5, -0.1]) {
      const scores = input.scores.with(3 * (task === 'multiclass' ? 4 : 1), score)
      expect(() => metric.measure({ ...input, scores })).toThrow('the score of row 3 must be')
    }
  })

  test('refuses another task, a shape that does not fit and a level outside (0, 1)', () => {
    const other: Task = task === 'regression' ? 'binary' : 'regression'
    expect(() => metric.measure(rowsOf(other, 50, 0.6, 5))).toThrow(`metric '${id}' is for`)
    expect(() => metric.measure({ ...input, scores: input.scores.subarray(1) })).toThrow('scores; got')
    expect(() => metric.measure({ ...input, classes: 1 })).toThrow('cannot have 1 classes')
    expect(() => metric.measure(input, 95)).toThrow('got 95')
  })
})
