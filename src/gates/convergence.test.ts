import { expect, test } from 'vitest'
import { normal, seededRng } from '../base/rng.ts'
import type { Task } from '../data/schema.ts'
import { convergenceGate } from './convergence.ts'
import type { GateInput } from './gate.ts'

const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }

function judge(task: Task, labels: Float64Array, challenger: Float32Array) {
  const input = { task, labels, challenger, champion: challenger } as unknown as GateInput
  return convergenceGate.judge(input, convergenceGate.config.parse({ gate: 'convergence' }))
}

const rng = seededRng(1)
const labels = Float64Array.from({ length: 400 }, () => (rng() < 0.3 ? 1 : 0))

test('a model that learned something passes', () => {
  const scores = Float32Array.from(labels, (y) => Math.min(1, Math.max(0, 0.4 + 0.2 * y + 0.1 * normal(rng))))
  expect(judge(BINARY, labels, scores)).toMatchObject({ outcome: 'pass', limit: 0.5 })
})

test('scores upside down fail', () => {
  const scores = Float32Array.from(labels, (y) => 0.8 - 0.5 * y + 0.1 * rng())
  expect(judge(BINARY, labels, scores)).toMatchObject({ outcome: 'fail' })
})

test('the same score for every row fails, though its accuracy is 70 %', () => {
  expect(judge(BINARY, labels, new Float32Array(400).fill(0.3))).toMatchObject({
    outcome: 'fail',
    because: 'the challenger says the same of every row',
  })
})

test('three classes with the same probabilities for every row fail', () => {
  const task: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] }
  const same = Float32Array.from({ length: 1200 }, (_, i) => [0.2, 0.3, 0.5][i % 3] ?? 0)
  expect(judge(task, labels, same)).toMatchObject({ outcome: 'fail', because: expect.stringContaining('the same') })
})

test('a value that is not finite fails, also on a row without a label', () => {
  const unlabelled = labels.map((y, row) => (row === 5 ? Number.NaN : y))
  const scores = Float32Array.from(labels, (_, row) => (row === 5 ? Number.POSITIVE_INFINITY : row))
  expect(judge({ kind: 'regression' }, unlabelled, scores)).toMatchObject({
    outcome: 'fail',
    because: "the challenger's score of held-out row 5 must be a finite number; got Infinity",
  })
})

test('a probability above 1 by a rounding is possible, one by a hundredth is not', () => {
  const scores = Float32Array.from(labels, (y) => (y === 1 ? 1 : 0.2 * rng()))
  scores[3] = 1 + 2 ** -22
  expect(judge(BINARY, labels, scores)).toMatchObject({ outcome: 'pass' })
  scores[3] = 1.01
  expect(judge(BINARY, labels, scores)).toMatchObject({
    outcome: 'fail',
    because: expect.stringContaining('held-out row 3 must be a probability in [0, 1]; got 1.009'),
  })
})

test('values predicted worse than by their mean fail', () => {
  const truth = Float64Array.from({ length: 400 }, () => normal(rng))
  expect(
    judge(
      { kind: 'regression' },
      truth,
      Float32Array.from(truth, (y) => -y),
    ),
  ).toMatchObject({ outcome: 'fail' })
  expect(
    judge(
      { kind: 'regression' },
      truth,
      Float32Array.from(truth, (y) => y + 0.5 * normal(rng)),
    ),
  ).toMatchObject({
    outcome: 'pass',
  })
})

test('held-out rows of one class only are inconclusive', () => {
  const scores = Float32Array.from(labels, () => rng())
  expect(judge(BINARY, new Float64Array(400), scores)).toMatchObject({
    outcome: 'inconclusive',
    needs: expect.any(String),
  })
})
