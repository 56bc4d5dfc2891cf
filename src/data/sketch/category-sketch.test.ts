import { expect, test } from 'vitest'
import { addCategories, codeAt, MOST_CATEGORIES, startCategories, UNLISTED } from './category-sketch.ts'

/** Hashes of small numbers that fall into few slots; 0 = missing. */
function hashes(values: readonly number[]): Uint32Array {
  return Uint32Array.from(values.flatMap((value) => (value === 0 ? [0, 0] : [1024 * (value % 7), value])))
}

test('each category is counted, missing rows apart, and its text is asked for once', () => {
  const sketch = startCategories()
  const asked: number[] = []
  const values = [5, 12, 5, 0, 19, 5]
  const add = () =>
    addCategories(sketch, hashes(values), values.length, (row) => {
      asked.push(row)
      return `v${values[row]}`
    })
  add()
  add()
  expect(sketch.texts).toEqual(['v5', 'v12', 'v19'])
  expect(Array.from(sketch.counts.subarray(0, 4))).toEqual([6, 2, 2, 0])
  expect(sketch.missing).toBe(2)
  expect(asked).toEqual([0, 1, 4])
  expect([0, 1, 3, 4].map((row) => codeAt(sketch, hashes(values), row))).toEqual([0, 1, -1, 2])
})

test('beyond 10,000 categories rows are counted as not listed, and what is listed stays so', () => {
  const sketch = startCategories()
  const values = Array.from({ length: MOST_CATEGORIES + 500 }, (_, i) => i + 1)
  addCategories(sketch, hashes(values), values.length, (row) => String(values[row]))
  addCategories(sketch, hashes([1, MOST_CATEGORIES, MOST_CATEGORIES + 1]), 3, () => 'never')
  expect(sketch.texts.length).toBe(MOST_CATEGORIES)
  expect(sketch.unlisted).toBe(501)
  expect([sketch.counts[0], sketch.counts[1], sketch.counts[MOST_CATEGORIES - 1]]).toEqual([2, 1, 2])
  expect(codeAt(sketch, hashes([MOST_CATEGORIES + 1]), 0)).toBe(UNLISTED)
})
