import { expect, test } from 'vitest'
import { category, number } from '../../../test/support/gate-rows.ts'
import type { Column } from '../../data/frame.ts'
import { slicesOf } from './slice.ts'

const cut = (column: Column) => Object.fromEntries(slicesOf(column).map(({ name, rows }) => [name, [...rows]]))

test('a category is a slice, and so are the rows without one', () => {
  expect(cut(category('c', ['a', 'b', null, 'a']))).toEqual({ "'a'": [0, 3], "'b'": [1], missing: [2] })
})

test('of very many categories the rare ones are one slice', () => {
  const many = Array.from({ length: 30 }, (_, k) => Array.from({ length: k < 20 ? 3 : 1 }, () => `c${k}`)).flat()
  const slices = cut(category('c', many))
  expect(Object.keys(slices)).toHaveLength(21)
  expect(slices['all other values']).toHaveLength(10)
})

test('a category called missing is not the rows where nothing is', () => {
  expect(cut(category('c', ['missing', null]))).toEqual({ "'missing'": [0], missing: [1] })
})

test('truth values are two slices', () => {
  const column: Column = {
    kind: 'boolean',
    name: 'b',
    values: Uint8Array.of(1, 0, 1, 0),
    missing: Uint8Array.of(0, 0, 0, 1),
  }
  expect(cut(column)).toEqual({ true: [0, 2], false: [1], missing: [3] })
})

test('numbers are cut at their quartiles, each row in one slice', () => {
  const slices = cut(number('x', [8, 7, 6, 5, 4, 3, 2, 1]))
  expect(slices).toEqual({
    '1 of 4: up to 2': [6, 7],
    '2 of 4: 2 to 4': [4, 5],
    '3 of 4: 4 to 6': [2, 3],
    '4 of 4: above 6': [0, 1],
  })
})

test('repeated numbers make fewer slices, none of them empty', () => {
  expect(cut(number('x', [0, 0, 0, 0, 0, 0, 5]))).toEqual({
    '1 of 2: up to 0': [0, 1, 2, 3, 4, 5],
    '2 of 2: above 0': [6],
  })
  expect(cut(number('x', [3, 3, Number.NaN]))).toEqual({ 'any number': [0, 1], missing: [2] })
  expect(cut(number('x', []))).toEqual({})
})
