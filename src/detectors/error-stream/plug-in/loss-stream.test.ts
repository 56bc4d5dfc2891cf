import { expect, test } from 'vitest'
import type { Task } from '../../../data/schema.ts'
import type { WatchedVersion, WindowView } from '../../detector.ts'
import { labelledLosses } from './loss-stream.ts'

function losses(task: Task, scale: number, labels: readonly number[], scores: readonly number[]) {
  const version = { task, scale } as unknown as WatchedVersion
  const view = { labels: Float64Array.from(labels), scores: Float32Array.from(scores) } as unknown as WindowView
  return [...labelledLosses(version, view)]
}

test('of values the loss is the absolute error in units of the scale, so that one wild row is not everything', () => {
  expect(losses({ kind: 'regression' }, 2, [1, Number.NaN, 10], [4, 5, -10])).toEqual([1.5, 10])
})

test('of classes it is whether the one given is wrong', () => {
  expect(losses({ kind: 'binary', classes: ['no', 'yes'] }, 1, [1, 0, Number.NaN, 1], [0.9, 0.8, 0.1, 0.2])).toEqual([
    0, 1, 1,
  ])
})
