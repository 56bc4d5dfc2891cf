import { describe, expect, test } from 'vitest'
import type { Column } from './frame.ts'
import { readPredictions } from './prediction-column.ts'
import type { Task } from './schema.ts'

const BINARY: Task = { kind: 'binary', classes: ['0', '1'] }
const WORDS: Task = { kind: 'binary', classes: ['no', 'yes'] }
const THREE: Task = { kind: 'multiclass', classes: ['1', '2', '3'] }

function numeric(values: readonly number[]): Column {
  return {
    kind: 'numeric',
    name: 'p',
    values: Float64Array.from(values),
    missing: Uint8Array.from(values, (x) => (Number.isNaN(x) ? 1 : 0)),
  }
}

function words(values: readonly string[]): Column {
  const categories = [...new Set(values)]
  return {
    kind: 'categorical',
    name: 'p',
    values: Int32Array.from(values, (text) => categories.indexOf(text)),
    categories,
    missing: new Uint8Array(values.length),
  }
}

const flags: Column = { kind: 'boolean', name: 'p', values: Uint8Array.of(1, 0), missing: new Uint8Array(2) }

function read(column: Column, task: Task) {
  const { form, predicted } = readPredictions(column, task)
  return { form, predicted: [...predicted] }
}

test('numbers that are all classes are classes, also where they could be probabilities', () => {
  expect(read(numeric([1, 0, Number.NaN]), BINARY)).toEqual({ form: 'class', predicted: [1, 0, Number.NaN] })
  expect(read(numeric([3, 1]), THREE)).toEqual({ form: 'class', predicted: [2, 0] })
})

test('numbers from 0 to 1 are probabilities of the positive class; a half is not yet positive', () => {
  const seen = read(numeric([0, 0.5, 0.51, 1, Number.NaN]), BINARY)
  expect(seen).toEqual({ form: 'probability', predicted: [0, 0, 1, 1, Number.NaN] })
  expect(read(numeric([0.2, 0.9]), WORDS)).toEqual({ form: 'probability', predicted: [0, 1] })
})

test('words are classes by their text, truth values stand for 0 and 1', () => {
  expect(read(words(['yes', 'no']), WORDS)).toEqual({ form: 'class', predicted: [1, 0] })
  expect(read(flags, BINARY)).toEqual({ form: 'class', predicted: [1, 0] })
  expect(read(flags, { kind: 'binary', classes: ['false', 'true'] }).predicted).toEqual([1, 0])
  expect(read(numeric([1, 0]), { kind: 'binary', classes: ['false', 'true'] }).predicted).toEqual([1, 0])
})

test('of a regression numbers are values', () => {
  expect(read(numeric([-3.5, 1e9]), { kind: 'regression' })).toEqual({ form: 'value', predicted: [-3.5, 1e9] })
})

describe('refused, with the first row that does not fit', () => {
  test.each([
    ['a probability above 1', numeric([0.2, 1.2]), BINARY, /'0', '1', or the probability of '1' in \[0, 1\]; row 2/],
    ['a word that is no class', words(['yes', 'maybe']), WORDS, /row 2 is 'maybe'/],
    ['a probability of three classes', numeric([1, 0.4]), THREE, /classes '1', '2', '3'; row 2 is '0.4'/],
    ['words for a regression', words(['a']), { kind: 'regression' } as Task, /categorical.*are numbers/],
  ] as const)('%s', (_, column, task, says) => {
    expect(() => readPredictions(column, task)).toThrow(says)
  })

  test('a time', () => {
    const time: Column = { kind: 'time', name: 'p', values: Float64Array.of(1), missing: new Uint8Array(1) }
    expect(() => readPredictions(time, BINARY)).toThrow(/is a time/)
  })
})
