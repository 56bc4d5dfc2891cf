import { expect, test } from 'vitest'
import { defaultRollingWindows, defaultWindowCount, windowsByRows, windowsByTime } from './windows.ts'

const HOUR = 3_600_000

test('windows by rows cover every row once and differ by at most one row', () => {
  const windows = windowsByRows(1003, 7)
  expect(windows).toHaveLength(7)
  expect(windows[0]).toEqual({ index: 0, from: 0, to: 143, rows: 143, start: null, end: null })
  for (const [i, window] of windows.entries()) {
    expect(window.from).toBe(i === 0 ? 0 : windows[i - 1]!.to)
    expect(window.rows === 143 || window.rows === 144).toBe(true)
  }
  expect(windows.at(-1)!.to).toBe(1003)
})

test('more windows than rows give one row each, and no rows no window', () => {
  expect(windowsByRows(3, 10).map((w) => w.rows)).toEqual([1, 1, 1])
  expect(windowsByRows(0, 10)).toEqual([])
  expect(() => windowsByRows(10, 0)).toThrow('got 0')
})

test('windows by rows carry the time of their first and last row', () => {
  const [first, second] = windowsByRows(4, 2, Float64Array.of(1, 2, 3, 4))
  expect([first!.start, first!.end, second!.start, second!.end]).toEqual([1, 2, 3, 4])
})

test('windows by time are half-open, start at midnight and leave out empty spans', () => {
  const noon = Date.UTC(2001, 0, 1, 12)
  const times = Float64Array.of(noon, noon + 12 * HOUR - 1, noon + 12 * HOUR, noon + 72 * HOUR)
  const windows = windowsByTime(times, 24 * HOUR)
  expect(windows.map((w) => [w.index, w.from, w.to])).toEqual([
    [0, 0, 2],
    [1, 2, 3],
    [2, 3, 4],
  ])
  expect(windows[0]!.start).toBe(Date.UTC(2001, 0, 1))
  expect(windows[2]!.start).toBe(Date.UTC(2001, 0, 4))
  expect(windows[2]!.end).toBe(Date.UTC(2001, 0, 5))
})

test('windows of several days count from the first day, those of minutes from their own multiple', () => {
  const first = Date.UTC(2001, 0, 2, 9, 17)
  expect(windowsByTime(Float64Array.of(first), 7 * 24 * HOUR)[0]!.start).toBe(Date.UTC(2001, 0, 2))
  expect(windowsByTime(Float64Array.of(first), HOUR / 4)[0]!.start).toBe(Date.UTC(2001, 0, 2, 9, 15))
})

test('rows without a time or out of order are refused', () => {
  expect(() => windowsByTime(Float64Array.of(5, 4), HOUR)).toThrow('row 1 is earlier')
  expect(() => windowsByTime(Float64Array.of(Number.NaN), HOUR)).toThrow('row 0 has no time')
  expect(() => windowsByTime(Float64Array.of(1), 0)).toThrow('got 0')
})

test('the default count follows rows / 500 between 30 and 60 and shrinks for short streams', () => {
  expect([50, 1000, 3000, 20_000, 1e6].map(defaultWindowCount)).toEqual([1, 10, 30, 40, 60])
})

test('the rolling span is 15 % of the windows, rounded down, and at least 4', () => {
  expect([6, 26, 27, 33, 34, 40, 60, 100].map(defaultRollingWindows)).toEqual([4, 4, 4, 4, 5, 6, 9, 15])
})
