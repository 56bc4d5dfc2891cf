import { expect, test } from 'vitest'
import { normal, seededRng } from '../base/rng.ts'
import type { Task } from '../data/schema.ts'
import { compareScores } from './row-comparison.ts'

const task: Task = { kind: 'binary', classes: ['no', 'yes'] }

test('losses, agreement and difference are those of the labelled rows', () => {
  const labels = Float64Array.from({ length: 100 }, (_, i) => (i < 20 ? Number.NaN : i % 2))
  const right = Float32Array.from(labels, (label) => (label === 1 ? 0.9 : 0.1))
  const sometimes = right.map((score, i) => (i >= 60 && i < 80 ? 1 - score : score))
  const found = compareScores(task, labels, right, sometimes)
  expect(found).toMatchObject({ rows: 80, meanLossA: 0, meanLossB: 0.25, agreement: 0.75 })
  expect(found?.difference.value).toBe(0.25)
  expect(found?.difference.interval.low).toBeGreaterThan(0)
  expect(compareScores(task, labels, sometimes, right)?.difference.value).toBe(-0.25)
})

test('too few labelled rows say nothing', () => {
  const labels = Float64Array.from({ length: 60 }, (_, i) => (i < 39 ? i % 2 : Number.NaN))
  const scores = new Float32Array(60).fill(0.5)
  expect(compareScores(task, labels, scores, scores)).toBeNull()
  labels[59] = 1
  expect(compareScores(task, labels, scores, scores)?.rows).toBe(40)
})

test('equal versions have an interval that holds zero, about 95 times in 100', () => {
  const rng = seededRng(11)
  const regression: Task = { kind: 'regression' }
  let held = 0
  for (let i = 0; i < 400; i++) {
    const labels = Float64Array.from({ length: 203 }, () => normal(rng))
    const [a, b] = [labels.map(() => normal(rng)), labels.map(() => normal(rng))]
    const { low, high } = compareScores(regression, labels, Float32Array.from(a), Float32Array.from(b))!.difference
      .interval
    if (low <= 0 && high >= 0) held += 1
  }
  expect(held / 400).toBeGreaterThan(0.91)
  expect(held / 400).toBeLessThan(0.985)
})
