import { expect, test } from 'vitest'
import type { Column } from './frame.ts'
import { readTask } from './task.ts'

const numbers = (values: number[], missing = values.map(() => 0)): Column => ({
  kind: 'numeric',
  name: 'y',
  values: Float64Array.from(values),
  missing: Uint8Array.from(missing),
})
const texts = (values: string[]): Column => {
  const categories = [...new Set(values)]
  return {
    kind: 'categorical',
    name: 'y',
    values: Int32Array.from(values, (v) => categories.indexOf(v)),
    categories,
    missing: new Uint8Array(values.length),
  }
}

test('two values are binary, and the larger one is positive', () => {
  const { task, labels } = readTask(numbers([1, 0, 1]))
  expect(task).toEqual({ kind: 'binary', classes: ['0', '1'] })
  expect([...labels]).toEqual([1, 0, 1])
})

test('the positive class can be named', () => {
  const { task, labels } = readTask(texts(['no', 'yes', 'no']), { positive: 'no' })
  expect(task).toEqual({ kind: 'binary', classes: ['yes', 'no'] })
  expect([...labels]).toEqual([1, 0, 1])
})

test('text classes are ordered by text, not by first sight', () => {
  const { task, labels } = readTask(texts(['c', 'a', 'b']))
  expect(task).toEqual({ kind: 'multiclass', classes: ['a', 'b', 'c'] })
  expect([...labels]).toEqual([2, 0, 1])
})

test('many numbers are regression, a few whole ones are classes, and the user has the last word', () => {
  expect(readTask(numbers(Array.from({ length: 11 }, (_, i) => i))).task.kind).toBe('regression')
  expect(readTask(numbers([1, 2, 3])).task.kind).toBe('multiclass')
  expect(readTask(numbers([1, 2, 3.5])).task.kind).toBe('regression')
  expect(readTask(numbers([1, 2, 3]), { kind: 'regression' }).task.kind).toBe('regression')
})

test('a row without a label is NaN, never a class', () => {
  expect([...readTask(numbers([0, 1, Number.NaN], [0, 0, 1])).labels]).toEqual([0, 1, Number.NaN])
})

test.each([
  ['no value in any row', numbers([Number.NaN], [1]), {}, "label 'y' has no value in any row"],
  ['one value', numbers([3, 3]), {}, "label 'y' has one value only, '3'"],
  ['text for regression', texts(['a', 'b']), { kind: 'regression' }, 'regression needs numbers'],
  ['three values for binary', numbers([1, 2, 3]), { kind: 'binary' }, 'has 3 distinct values; a binary task has 2'],
  [
    'an unknown positive class',
    numbers([0, 1]),
    { positive: 'yes' },
    "must be one of its values, '0' and '1'; got 'yes'",
  ],
  ['too many classes', texts(Array.from({ length: 101 }, (_, i) => `c${i}`)), {}, 'has 101 classes; at most 100'],
] as const)('%s is refused with a sentence', (_, column, wish, message) => {
  expect(() => readTask(column, wish)).toThrow(message)
})
