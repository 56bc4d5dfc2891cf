import { expect, test } from 'vitest'
import { lossesInUnits } from './row-losses.ts'
import type { Task } from './schema.ts'

const NUMBER: Task = { kind: 'regression' }
const labels = Float64Array.of(10, 10)
const scores = Float32Array.of(13, 10)

test('a squared loss is in squares of the unit, an absolute one in units, 0/1 in none', () => {
  const of = (loss: 'squared' | 'absolute') => [...lossesInUnits({ task: NUMBER, loss, scale: 3 }, labels, scores)]
  expect(of('squared')).toEqual([1, 0])
  expect(of('absolute')).toEqual([1, 0])
  const classes: Task = { kind: 'binary', classes: ['no', 'yes'] }
  const wrong = lossesInUnits(
    { task: classes, loss: '0/1', scale: 3 },
    Float64Array.of(1, 0),
    Float32Array.of(0.2, 0.2),
  )
  expect([...wrong]).toEqual([1, 0])
})
