import { expect, test } from 'vitest'
import { claimsOf, outcomesOf } from './claims.ts'
import type { Task } from './schema.ts'

const THREE: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] }
const scores = Float32Array.of(0.5, 0.25, 0.25, 0.125, 0.25, 0.625, 0.25, 0.5, 0.25)

test('of more than two classes the claim is about the class that is given, and true where that is the label', () => {
  expect([...claimsOf(THREE, scores)]).toEqual([0.5, 0.625, 0.5])
  expect([...outcomesOf(THREE, Float64Array.of(0, 1, Number.NaN), scores)]).toEqual([1, 0, Number.NaN])
})

test('of two classes and of values the claim is the score, and what came true the label', () => {
  const labels = Float64Array.of(1, 0)
  for (const task of [{ kind: 'binary', classes: ['no', 'yes'] }, { kind: 'regression' }] satisfies Task[]) {
    expect([...claimsOf(task, Float32Array.of(0.25, 0.75))]).toEqual([0.25, 0.75])
    expect([...outcomesOf(task, labels, Float32Array.of(0.25, 0.75))]).toEqual([1, 0])
  }
})
