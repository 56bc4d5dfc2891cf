import { expect, test } from 'vitest'
import { sparkline } from './sparkline.ts'

test('the lowest value is the lowest bar and the highest the highest', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█')
  expect(sparkline([-3, -1, -2])).toBe('▁█▅')
})

test('values are drawn on a line, not by rank', () => {
  expect(sparkline([0, 0.1, 10])).toBe('▁▁█')
})

test('equal values are bars of middle height, and no value is no bar', () => {
  expect(sparkline([2, 2, 2])).toBe('▄▄▄')
  expect(sparkline([])).toBe('')
})
