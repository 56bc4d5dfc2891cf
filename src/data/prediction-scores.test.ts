import { expect, test } from 'vitest'
import type { Column } from './frame.ts'
import { recordedScores } from './prediction-scores.ts'

const column = (values: readonly number[], missing: readonly number[]): Column => ({
  kind: 'numeric',
  name: 'p',
  values: Float64Array.from(values),
  missing: Uint8Array.from(missing),
})
const THREE = { kind: 'multiclass', classes: ['1', '2', '3'] } as const
const TWO = { kind: 'binary', classes: ['0', '1'] } as const

test('a predicted class is all of the probability, in its own place; a gap is no class', () => {
  const { scores, isGraded } = recordedScores(column([3, Number.NaN, 1], [0, 1, 0]), THREE)
  expect([...scores]).toEqual([0, 0, 1, Number.NaN, Number.NaN, Number.NaN, 1, 0, 0])
  expect(isGraded).toBe(false)
  expect([...recordedScores(column([1, 0], [0, 0]), TWO).scores]).toEqual([1, 0])
})

test('a probability is graded, and a gap stays one, whatever stands in its place', () => {
  const { scores, isGraded } = recordedScores(column([0.25, 0.5, 0.75], [0, 1, 0]), TWO)
  expect([...scores]).toEqual([0.25, Number.NaN, 0.75])
  expect(isGraded).toBe(true)
})
