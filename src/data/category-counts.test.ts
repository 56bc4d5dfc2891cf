import { expect, test } from 'vitest'
import { rowsByCategory } from './category-counts.ts'

test('rows are counted by their text; a gap is of no category, and one that nobody has is left out', () => {
  const counted = rowsByCategory({
    kind: 'categorical',
    name: 'city',
    values: Int32Array.of(0, 2, 0, 0),
    missing: Uint8Array.of(0, 0, 0, 1),
    categories: ['Rome', 'Oslo', 'Bern'],
  })
  expect([...counted]).toEqual([
    ['Rome', 2],
    ['Bern', 1],
  ])
})
