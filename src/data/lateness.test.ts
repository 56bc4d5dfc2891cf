import { expect, test } from 'vitest'
import type { Column } from './frame.ts'
import { latenessOf } from './lateness.ts'

const column: Column = {
  kind: 'numeric',
  name: 'x',
  values: Float64Array.of(1, 2, 0, 4, Number.NaN),
  missing: Uint8Array.of(0, 0, 1, 0, 0),
}

test('values are counted apart for rows with a label, for each class, and without one', () => {
  const labels = Float64Array.of(0, 1, 1, Number.NaN, Number.NaN)
  expect(latenessOf({ kind: 'binary', classes: ['no', 'yes'] }, column, labels)).toEqual({
    column: 'x',
    labelled: { present: 2, rows: 3 },
    unlabelled: { present: 1, rows: 2 },
    byClass: [
      { name: 'no', present: 1, rows: 1 },
      { name: 'yes', present: 1, rows: 2 },
    ],
  })
  expect(latenessOf({ kind: 'regression' }, column, labels)).toMatchObject({
    labelled: { present: 2, rows: 3 },
    byClass: [],
  })
})
