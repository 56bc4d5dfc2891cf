import { expect, test } from 'vitest'
import { rowSampler, SAMPLED_ROWS } from './row-sampler.ts'

function pickedOf(rows: number, chunk: number): number[] {
  const sampler = rowSampler(rows)
  const picked: number[] = []
  for (let from = 0; from < rows; from += chunk) {
    picked.push(...sampler.next(Math.min(chunk, rows - from)).map((at) => from + at))
  }
  return picked
}

test('of a small file every row is kept', () => {
  expect(pickedOf(700, 128)).toEqual(Array.from({ length: 700 }, (_, row) => row))
})

test('of a large one a row of each stretch is kept, at changing places, whatever the chunks', () => {
  const rows = 100_000
  const picked = pickedOf(rows, 2048)
  const stretch = Math.ceil(rows / SAMPLED_ROWS)
  expect(picked.map((row) => Math.floor(row / stretch))).toEqual(
    Array.from({ length: Math.ceil(rows / stretch) }, (_, i) => i).slice(0, picked.length),
  )
  expect(picked.length).toBeGreaterThanOrEqual(Math.floor(rows / stretch))
  expect(new Set(picked.map((row) => row % stretch)).size).toBe(stretch)
  expect(pickedOf(rows, 999)).toEqual(picked)
})
