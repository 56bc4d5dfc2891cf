import { expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { blocksToClear, cut, independentBlocks } from './blocks.ts'

test('independent rows need the shortest blocks only', () => {
  const rng = seededRng(5)
  const series = Float64Array.from({ length: 4000 }, () => normal(rng))
  expect(independentBlocks(series, 50, 5)).toMatchObject({ rows: 50 })
})

test('rows that share their day are cut into blocks of days or longer', () => {
  const rng = seededRng(6)
  // 40 days of 200 rows, each with a level of its own: blocks of 50 hang together by fours.
  const days = Array.from({ length: 40 }, () => normal(rng))
  const series = Float64Array.from({ length: 8000 }, (_, row) => (days[Math.floor(row / 200)] ?? 0) + normal(rng))
  expect(cut(series, 160).autocorrelation).toBeGreaterThan(0.5)
  expect(independentBlocks(series, 50, 5)?.rows).toBeGreaterThanOrEqual(200)
})

test('blocks that hang together a little, r₁ in [.2, .4), are not short enough to be kept', () => {
  let met = 0
  for (let seed = 1; seed <= 60; seed++) {
    const rng = seededRng(seed)
    let level = 0
    const series = Float64Array.from({ length: 2000 }, () => {
      level = 0.97 * level + normal(rng)
      return level
    })
    const { autocorrelation } = cut(series, 40)
    if (autocorrelation < 0.2 || autocorrelation >= 0.4) continue
    met++
    expect(independentBlocks(series, 50, 5)?.autocorrelation ?? 0).toBeLessThan(0.2)
  }
  expect(met).toBeGreaterThan(5)
})

test('a level that wanders through the whole series leaves no blocks', () => {
  const series = Float64Array.from({ length: 1000 }, (_, row) => row)
  expect(independentBlocks(series, 50, 5)).toBeNull()
})

test('blocks use every row once, and differ by a row at most', () => {
  const blocks = cut(
    Float64Array.from({ length: 103 }, (_, row) => row),
    10,
  )
  expect(blocks.rows).toBe(10)
  // Block 0 holds rows 0 … 9, block 9 rows 92 … 102.
  expect(blocks.means[0]).toBe(4.5)
  expect(blocks.means[9]).toBe(97)
})

test('too few rows for the blocks asked for leave none', () => {
  expect(independentBlocks(new Float64Array(249), 50, 5)).toBeNull()
  expect(independentBlocks(new Float64Array(250), 50, 5)).toMatchObject({ rows: 50, autocorrelation: 0 })
})

test('the blocks it takes to clear a line', () => {
  // t(3, .95) · 1/√4 = 1.177 and t(4, .95) · 1/√5 = .953: five blocks for a distance of one spread.
  expect(blocksToClear(1, 1, 0.95)).toBe(5)
  expect(blocksToClear(1, 0.001, 0.95)).toBeNull()
  expect(blocksToClear(1, 0, 0.95)).toBeNull()
  expect(blocksToClear(1, -1, 0.95)).toBeNull()
  expect(blocksToClear(0, 0.1, 0.95)).toBe(2)
})
