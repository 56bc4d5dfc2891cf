import { expect, test } from 'vitest'
import { blockDispersion, runningSums } from './segments.ts'

const window = (rows: number, sum: number) => ({ rows, sum, squares: sum })

test('the dispersion is that of block means around those of their segments, two of which are estimated', () => {
  const running = runningSums([window(10, 1), window(10, 3), window(10, 6), window(10, 8)])
  // Segments .2 and .7: 2 · 10 · .1²/.16 + 2 · 10 · .1²/.21, over 4 − 2 blocks.
  expect(blockDispersion(running, 'bernoulli', [0, 1, 2, 3, 4], 2)).toBeCloseTo((0.2 / 0.16 + 0.2 / 0.21) / 2, 12)
})

test('blocks alike within their segments have none, nor do segments without an error', () => {
  const running = runningSums([window(10, 0), window(10, 0), window(10, 6), window(10, 6)])
  expect(blockDispersion(running, 'bernoulli', [0, 1, 2, 3, 4], 2)).toBe(0)
})
