import { expect, test } from 'vitest'
import { learnSlices, NO_SLICE, sliceCodes } from './fixed-slices.ts'
import { type Column, frame } from './frame.ts'

function numeric(name: string, values: readonly number[]): Column {
  const missing = Uint8Array.from(values, (x) => (Number.isNaN(x) ? 1 : 0))
  return { kind: 'numeric', name, values: Float64Array.from(values), missing }
}

function categorical(name: string, texts: readonly string[], categories: readonly string[]): Column {
  const values = Int32Array.from(texts, (text) => categories.indexOf(text))
  return { kind: 'categorical', name, values, missing: Uint8Array.from(values, (code) => Number(code < 0)), categories }
}

const slicesOf = (column: Column) => learnSlices(frame([column]))[0]!
const codesOf = (learned: Column, seen: Column) => [...sliceCodes(frame([seen]), slicesOf(learned))]

test('numbers are cut at the quartiles of the reference, wherever the rows lie later', () => {
  const ages = numeric('age', [10, 20, 30, 40, 50])
  expect(slicesOf(ages).names).toEqual(['age < 20', 'age = 20 to 30', 'age = 30 to 40', 'age ≥ 40', 'age = (no value)'])
  expect(codesOf(ages, numeric('age', [19.9, 20, 35, 1000, Number.NaN]))).toEqual([0, 1, 2, 3, 4])
})

test('a number that is mostly one value has fewer slices, none of them empty', () => {
  expect(slicesOf(numeric('x', [0, 0, 0, 0, 5])).names).toEqual(['x = (any)', 'x = (no value)'])
  expect(slicesOf(numeric('x', [0, 0, 0, 5, 5, 5])).names).toEqual(['x < 5', 'x ≥ 5', 'x = (no value)'])
  expect(slicesOf(numeric('x', [Number.NaN])).names).toEqual(['x = (any)', 'x = (no value)'])
})

test('categories are matched by their text; a new one is in no slice', () => {
  const learned = categorical('colour', ['red', 'green', 'red'], ['green', 'red', 'unused'])
  expect(slicesOf(learned).names).toEqual(['colour = red', 'colour = green', 'colour = (no value)'])
  const seen = categorical('colour', ['green', 'violet', 'red', 'none'], ['violet', 'green', 'red'])
  expect(codesOf(learned, seen)).toEqual([1, NO_SLICE, 0, 2])
})

test('of more than 20 categories the most frequent have a slice', () => {
  const texts = Array.from({ length: 30 }, (_, i) => new Array<string>(i + 1).fill(`c${i}`)).flat()
  const { names } = slicesOf(categorical('c', texts, [...new Set(texts)]))
  expect([names.length, names[0], names[19]]).toEqual([21, 'c = c29', 'c = c10'])
})

test('truth values are two slices, times are none, a column that is gone puts rows in none', () => {
  const flag: Column = { kind: 'boolean', name: 'f', values: Uint8Array.of(1, 0, 0), missing: Uint8Array.of(0, 0, 1) }
  expect(codesOf(flag, flag)).toEqual([1, 0, 2])
  const time: Column = { kind: 'time', name: 't', values: new Float64Array(3), missing: new Uint8Array(3) }
  expect(learnSlices(frame([time]))).toEqual([])
  expect(codesOf(flag, time)).toEqual([NO_SLICE, NO_SLICE, NO_SLICE])
})
