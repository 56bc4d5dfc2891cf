import { describe, expect, test } from 'vitest'
import { type Column, frame } from './frame.ts'
import type { Task } from './schema.ts'
import { labelColumn, labelKind, labelsIn, trainingTable } from './training-layout.ts'

const binary = (a: string, b: string): Task => ({ kind: 'binary', classes: [a, b] })
const x: Column = { name: 'x', kind: 'numeric', values: Float64Array.of(5, 6, 7), missing: new Uint8Array(3) }
const LABELS = Float64Array.of(1, Number.NaN, 0)

describe('the label of a training file', () => {
  test.each([
    ['numbers', binary('0', '1'), 'numeric'],
    ['numbers, the positive one first', binary('1', '0'), 'numeric'],
    ['numbers that are not written so', binary('00', '1'), 'categorical'],
    ['truth values', binary('false', 'true'), 'boolean'],
    ['words', binary('no', 'yes'), 'categorical'],
    ['a word and a number', binary('0', 'yes'), 'categorical'],
    ['infinity', binary('Infinity', '1'), 'categorical'],
    ['nothing and something', binary('', '1'), 'categorical'],
    ['several', { kind: 'multiclass', classes: ['3', '-1.5', '2'] } as Task, 'numeric'],
    ['values', { kind: 'regression' } as Task, 'numeric'],
  ])('is written as what %s are, and read back', (_, task, kind) => {
    expect(labelKind(task)).toBe(kind)
    const column = labelColumn('y', task, LABELS)
    expect(column).toMatchObject({ name: 'y', kind, missing: Uint8Array.of(0, 1, 0) })
    expect(labelsIn(column, task)).toEqual(LABELS)
  })

  test('holds the classes themselves, not their codes', () => {
    expect(labelColumn('y', binary('7', '9'), LABELS).values).toEqual(Float64Array.of(9, Number.NaN, 7))
    expect(labelColumn('y', binary('true', 'false'), LABELS).values).toEqual(Uint8Array.of(0, 0, 1))
  })

  test('that has a class which the schema does not name is refused', () => {
    expect(() => labelsIn(labelColumn('y', binary('a', 'b'), LABELS), binary('a', 'c'))).toThrow("a class 'b'")
  })
})

test('a training file has the features first, then label, weight, id and time', () => {
  const label = labelColumn('y', { kind: 'regression' }, LABELS)
  const table = trainingTable(frame([x]), {
    label,
    weights: LABELS,
    id: { ...x, name: 'id' },
    time: { ...x, name: 't' },
  })
  expect(table.columns.map(({ name }) => name)).toEqual(['x', 'y', 'keepfit_weight', 'id', 't'])
})

test('two columns of one name are refused', () => {
  const label = labelColumn('x', { kind: 'regression' }, LABELS)
  expect(() => trainingTable(frame([x]), { label, weights: null, id: null, time: null })).toThrow("would be called 'x'")
})
