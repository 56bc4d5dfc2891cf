import { expect, test } from 'vitest'
import { evenlySpaced } from './evenly-spaced.ts'

test('rows are spread over the whole source, the first among them, none twice', () => {
  expect([...evenlySpaced(10, 4)]).toEqual([0, 2, 5, 7])
  expect([...evenlySpaced(5, 4)]).toEqual([0, 1, 2, 3])
  const many = evenlySpaced(3e9 / 2, 20_000)
  expect(many.length).toBe(20_000)
  expect(many.at(-1)).toBe(1_499_925_000)
})

test('where there are no more rows than are wanted, all are taken', () => {
  expect([...evenlySpaced(3, 4)]).toEqual([0, 1, 2])
  expect([...evenlySpaced(4, 4)]).toEqual([0, 1, 2, 3])
  expect([...evenlySpaced(0, 4)]).toEqual([])
})
