import { expect, test } from 'vitest'
import { askGate, gateRows } from '../../test/support/gate-rows.ts'
import type { TrainingCounts } from './gate.ts'

const ENOUGH: TrainingCounts = { windows: 2, rows: 500, rowsPerClass: [480, 20] }
const counted = (change: Partial<TrainingCounts>, task = gateRows(0).task) =>
  askGate(gateRows(0, { task, trainingCounts: { ...ENOUGH, ...change } }), { gate: 'minimum-data', minWindows: 2 })

test('as much as is asked for passes, and says what there was', () => {
  expect(counted({})).toMatchObject({
    outcome: 'pass',
    observed: 500,
    limit: 500,
    because: "it learned from 500 labelled rows; 480 rows of class 'no'; 20 rows of class 'yes'; 2 windows",
  })
})

test('one row, one row of a class, or one window less fails, and names what lacks', () => {
  expect(counted({ rows: 499 })).toMatchObject({ outcome: 'fail', observed: 499, limit: 500 })
  const rare = counted({ rowsPerClass: [481, 19] })
  expect(rare).toMatchObject({ outcome: 'fail', observed: 19, limit: 20 })
  expect(rare.because).toBe("it learned from 19 rows of class 'yes', fewer than 20")
  expect(counted({ windows: 1 })).toMatchObject({ outcome: 'fail', observed: 1, limit: 2 })
})

test('of several that lack, the observed one lacks most', () => {
  expect(counted({ rows: 400, windows: 1 })).toMatchObject({ observed: 1, limit: 2 })
  expect(counted({ rows: 100, windows: 1 })).toMatchObject({ observed: 100, limit: 500 })
})

test('values have no classes to count', () => {
  expect(counted({ rowsPerClass: [] }, { kind: 'regression' })).toMatchObject({ outcome: 'pass' })
  expect(counted({ rowsPerClass: [] })).toMatchObject({ outcome: 'fail', observed: 0 })
})
