import { expect, test } from 'vitest'
import { seededRng } from '../../../base/rng.ts'
import { frame } from '../../../data/frame.ts'
import type { Task } from '../../../data/schema.ts'
import { patchBatch, sliceBatch } from './batch.ts'
import { learnPatchLayout } from './layout.ts'

const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }
const THREE: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] }
const REGRESSION: Task = { kind: 'regression' }

const features = frame([
  { kind: 'numeric', name: 'x', values: Float64Array.of(1, 2, 3, 4), missing: new Uint8Array(4) },
  { kind: 'boolean', name: 'b', values: Uint8Array.of(0, 1, 0, 1), missing: Uint8Array.of(0, 0, 1, 0) },
])
const layout = learnPatchLayout(features, Float64Array.of(0, 1, 0, 1), BINARY, seededRng(1))

test('a row without a label is left out of everything', () => {
  const batch = patchBatch(
    BINARY,
    features,
    Float64Array.of(1, Number.NaN, 0, 1),
    Float32Array.of(0.75, 0.1, 0.5, 0.25),
    layout,
    1,
  )
  expect(batch.rows).toBe(3)
  expect([...batch.codes]).toEqual([0, 0, 2, 8, 3, 1])
  expect([...batch.labels]).toEqual([1, 0, 1])
  expect([...batch.probabilities]).toEqual([0.75, 0.5, 0.25])
  expect([...batch.predictions]).toEqual([1, 0, 0])
})

test('of more classes the likeliest is the prediction', () => {
  const scores = Float32Array.of(0.2, 0.5, 0.3, 0.4, 0.2, 0.4, 0, 0, 1, 1, 0, 0)
  const batch = patchBatch(THREE, features, Float64Array.of(1, 0, 2, 2), scores, layout, 1)
  expect([...batch.predictions]).toEqual([1, 0, 2, 0])
  expect(batch.probabilities.length).toBe(0)
})

test('values and predictions are in units of the warm-up standard deviation', () => {
  const batch = patchBatch(
    REGRESSION,
    features,
    Float64Array.of(10, 20, Number.NaN, 0),
    Float32Array.of(5, 25, 1, -5),
    layout,
    5,
  )
  expect([...batch.labels]).toEqual([2, 4, 0])
  expect([...batch.predictions]).toEqual([1, 5, -1])
})

test('a slice holds the rows from … to and nothing else', () => {
  const batch = patchBatch(
    BINARY,
    features,
    Float64Array.of(1, 1, 0, 1),
    Float32Array.of(0.9, 0.1, 0.5, 0.25),
    layout,
    1,
  )
  const part = sliceBatch(batch, 2, 1, 3)
  expect(part.rows).toBe(2)
  expect([...part.codes]).toEqual([1, 1, 2, 8])
  expect([...part.labels]).toEqual([1, 0])
  expect(part.probabilities.length).toBe(2)
})
