import { expect, test } from 'vitest'
import { askGate, gateRows } from '../../test/support/gate-rows.ts'
import type { GateInput } from './gate.ts'

const ROWS = { rows: [{ features: {}, expect: 'yes' }] }
const frozen = (expected: number[], scores: number[], given: Partial<GateInput> = {}, options: object = {}) =>
  askGate(
    gateRows(0, {
      mustPass: { expected: Float64Array.from(expected), challenger: Float32Array.from(scores) },
      ...given,
    }),
    { gate: 'must-pass', ...ROWS, ...options },
  )

test('passes when every frozen row is right, and fails for one that is wrong, by its number', () => {
  expect(frozen([1, 0, 1], [0.6, 0.5, 0.9])).toMatchObject({ outcome: 'pass', observed: 0, limit: 0, rows: 3 })
  const one = frozen([1, 0, 1], [0.6, 0.5, 0.5])
  expect(one).toMatchObject({ outcome: 'fail', observed: 1 })
  expect(one.because).toContain("row 3 ('no' for 'yes')")
})

test('as many as allowed may be wrong', () => {
  expect(frozen([1, 1], [0.1, 0.9], {}, { maxWrong: 1 })).toMatchObject({ outcome: 'pass', observed: 1, limit: 1 })
  expect(frozen([1, 1], [0.1, 0.1], {}, { maxWrong: 1 })).toMatchObject({ outcome: 'fail', observed: 2 })
})

test('a value is right within the tolerance, in standard deviations of the label', () => {
  const values = { task: { kind: 'regression' } as const, scale: 10 }
  expect(frozen([100], [105], values)).toMatchObject({ outcome: 'pass' })
  expect(frozen([100], [105.5], values)).toMatchObject({ outcome: 'fail' })
  expect(frozen([100], [94.5], values)).toMatchObject({ outcome: 'fail' })
})

test('a score that is no number is an error, and no rows are no pass', () => {
  expect(frozen([1], [Number.NaN])).toMatchObject({ outcome: 'error' })
  expect(frozen([1], [1.5])).toMatchObject({ outcome: 'error' })
  expect(frozen([], [])).toMatchObject({ outcome: 'inconclusive' })
  expect(askGate(gateRows(0), { gate: 'must-pass', ...ROWS })).toMatchObject({ outcome: 'inconclusive' })
})

test('takes a file or rows, not both and not neither', () => {
  expect(() => frozen([], [], {}, { rows: undefined })).toThrow('takes exactly one of file, rows; got none')
  expect(() => frozen([], [], {}, { file: 'frozen.csv' })).toThrow('takes exactly one of file, rows; got both')
})
