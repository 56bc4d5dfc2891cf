import { expect, test } from 'vitest'
import type { CategoricalColumn, NumericColumn } from './frame.ts'
import { ydfColumnIndex, ydfColumnName, ydfNumbers, ydfTexts } from './ydf-columns.ts'

const NUMBERS: NumericColumn = {
  kind: 'numeric',
  name: 'x',
  values: Float64Array.of(1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1e300, 0.1),
  missing: Uint8Array.of(0, 1, 0, 0, 0, 0),
}

test('a missing and an infinite number are the gap, whatever the gap is', () => {
  expect(ydfNumbers(NUMBERS, null).slice(0, 3)).toEqual([1.5, null, null])
  expect(ydfNumbers(NUMBERS, Number.NaN).slice(0, 3)).toEqual([1.5, Number.NaN, Number.NaN])
})

test('a number too large for the learner keeps its sign and stays finite in 32 bits', () => {
  const [, , , large, small, tenth] = ydfNumbers(NUMBERS, null)
  expect(large).toBe(Math.fround(1e30))
  expect(small).toBe(-Math.fround(1e30))
  expect(tenth).toBe(Math.fround(0.1))
})

test('missing is told from every category, also from one that is empty or looks like the mark of missing', () => {
  const column: CategoricalColumn = {
    kind: 'categorical',
    name: 'c',
    values: Int32Array.of(0, 1, 2, 3, -1),
    missing: Uint8Array.of(0, 0, 0, 0, 1),
    categories: ['', 'm', '<OOD>', '__proto__'],
  }
  const texts = ydfTexts(column)
  expect(new Set(texts).size).toBe(5)
  expect(texts.every((text) => text !== '')).toBe(true)
})

test('a number written as text says only whether it is there', () => {
  const texts = ydfTexts(NUMBERS)
  expect(texts[0]).toBe(texts[5])
  expect(texts[1]).not.toBe(texts[0])
  expect(texts[2]).toBe(texts[1])
})

test('a column is found again by its name, and a foreign name is not', () => {
  expect(ydfColumnIndex(ydfColumnName(17))).toBe(17)
  for (const name of ['f', 'y', 'f1x', '17', '__proto__', '']) expect(ydfColumnIndex(name)).toBe(-1)
})
