import { describe, expect, test } from 'vitest'
import { type Rng, seededRng } from '../base/rng.ts'
import { deterioration } from './deterioration.ts'
import type { RowSlice } from './row-slices.ts'

/** Slice `i % slices` of row i. */
function slicesOfRows(rows: number, slices: number): RowSlice[] {
  return Array.from({ length: slices }, (_, s) => ({
    column: 'shop',
    value: `s${s}`,
    rows: Int32Array.from({ length: rows }, (_row, i) => i).filter((i) => i % slices === s),
  }))
}

function lossesOf(rows: number, rate: (row: number) => number, rng: Rng): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => (rng() < rate(row) ? 1 : 0))
}

test('a slice that broke first is named, with its rows counted as in the whole', () => {
  const rng = seededRng(5)
  const losses = lossesOf(6000, (row) => (row >= (row % 4 === 1 ? 2000 : 4000) ? 0.5 : 0.1), rng)
  const seen = deterioration(losses, 'bernoulli', slicesOfRows(6000, 4))
  expect(seen.isRise).toBe(true)
  expect(seen.slices.map(({ isRise }) => isRise)).toEqual([true, true, true, true])
  expect(seen.earliest?.value).toBe('s1')
  expect(seen.isEarlier).toBe(true)
  const { at, low, high } = seen.earliest?.found ?? { at: 0, low: 0, high: 0 }
  expect(Math.abs(at - 2000)).toBeLessThan(60)
  for (const row of [at, low, high]) expect(row % 4).toBe(1)
  expect(seen.earliest?.rows).toBe(1500)
})

test('where all slices break together none is called earlier', () => {
  const seen = deterioration(
    lossesOf(6000, (row) => (row >= 3000 ? 0.4 : 0.1), seededRng(6)),
    'bernoulli',
    slicesOfRows(6000, 4),
  )
  expect(seen).toMatchObject({ isRise: true, isEarlier: false })
  expect(seen.earliest).not.toBeNull()
})

test('rows without a loss are passed over, and rows stay those of the whole', () => {
  const regular = Float64Array.from({ length: 1000 }, (_, i) => (i % (i < 600 ? 10 : 2) === 0 ? 1 : 0))
  const withGaps = new Float64Array(3000).fill(Number.NaN)
  for (const [i, loss] of regular.entries()) withGaps[3 * i + 1] = loss
  const seen = deterioration(withGaps, 'bernoulli', [])
  expect(seen.whole?.at).toBe(1801)
  expect(seen.whole?.before.rows).toBe(600)
})

test('losses that are all alike, and slices of too few rows, say nothing', () => {
  const seen = deterioration(new Float64Array(500), 'bernoulli', slicesOfRows(500, 2))
  expect(seen).toMatchObject({ whole: null, isRise: false, slices: [], earliest: null, isEarlier: false })
})

describe('over 200 steady streams of 40 slices', () => {
  const rng = seededRng(7)
  const slices = slicesOfRows(6000, 40)
  const seen = Array.from({ length: 200 }, () =>
    deterioration(
      lossesOf(6000, () => 0.2, rng),
      'bernoulli',
      slices,
    ),
  )

  test('some slice is called risen in at most 5 %', () => {
    // 21 of 200 is the 99.9 % bound of a rate of .05; without a correction for 40 slices about 80 would be.
    expect(seen.filter((one) => one.slices.some(({ isRise }) => isRise)).length).toBeLessThanOrEqual(21)
    expect(seen.filter((one) => one.slices.some(({ found }) => found.pValue <= 0.05)).length).toBeGreaterThan(30)
  })

  test('the whole is in at most 5 %', () => {
    expect(seen.filter((one) => one.isRise).length).toBeLessThanOrEqual(21)
  })
})

describe('a bad time that ended', () => {
  test('is dated to its beginning, within the rows before the loss fell again, slices too', () => {
    const rng = seededRng(8)
    const losses = lossesOf(6000, (row) => (row >= 2000 && row < 4000 ? 0.5 : 0.1), rng)
    const seen = deterioration(losses, 'bernoulli', slicesOfRows(6000, 2))
    expect(seen).toMatchObject({ isRise: true, part: { from: 0 } })
    expect(Math.abs(seen.part.to - 4000)).toBeLessThan(60)
    expect(Math.abs((seen.whole?.at ?? 0) - 2000)).toBeLessThan(60)
    expect(seen.slices.reduce((sum, { rows }) => sum + rows, 0)).toBe(seen.part.to)
  })

  test('is not made up from losses that only fell', () => {
    const rng = seededRng(9)
    const made = Array.from({ length: 200 }, () => {
      const losses = lossesOf(2000, (row) => (row < 900 ? 0.4 : 0.15), rng)
      return deterioration(losses, 'bernoulli', []).isRise
    }).filter(Boolean)
    expect(made.length).toBeLessThanOrEqual(21)
  })
})
