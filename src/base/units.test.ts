import { expect, test } from 'vitest'
import { Fault } from './fault.ts'
import { parseSpan } from './units.ts'

test.each([
  ['30s', 30_000],
  ['90m', 5_400_000],
  ['12h', 43_200_000],
  ['1.5d', 129_600_000],
  [' 2w ', 1_209_600_000],
])('%s is %d milliseconds', (text, ms) => {
  expect(parseSpan(text, 'every')).toBe(ms)
})

test.each(['', '0d', '-1d', '7', 'd', '1y', '1d 2h', '1e3s', `${'9'.repeat(400)}d`])(
  '%j is no span of time',
  (text) => {
    expect(() => parseSpan(text, 'every')).toThrow(Fault)
    expect(() => parseSpan(text, 'every')).toThrow(
      `every must be a span of time such as 90m, 12h, 1d or 2w; got '${text}'`,
    )
  },
)
