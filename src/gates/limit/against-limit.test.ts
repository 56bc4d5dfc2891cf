import { describe, expect, test } from 'vitest'
import { againstLimit, figure } from './against-limit.ts'

const weigh = (observed: number, half: number, limit: number, side: 'most' | 'least' = 'most') => {
  const interval = { low: observed - half, high: observed + half, level: 0.9 }
  return againstLimit({ gate: 'g', what: 'x', observed, interval, limit, side, rows: 100 })
}

describe('an estimate held against a limit', () => {
  test('passes when its whole interval keeps to it, the end included', () => {
    expect(weigh(1, 1, 2)).toMatchObject({ outcome: 'pass' })
    expect(weigh(1, 1, 0, 'least')).toMatchObject({ outcome: 'pass' })
  })

  test('fails when its whole interval misses it', () => {
    expect(weigh(4, 1, 2)).toMatchObject({ outcome: 'fail' })
    expect(weigh(3, 1, 2)).toMatchObject({ outcome: 'inconclusive' })
    expect(weigh(1, 1, 3, 'least')).toMatchObject({ outcome: 'fail' })
    expect(weigh(1, 1, 2, 'least')).toMatchObject({ outcome: 'inconclusive' })
  })

  test('in between says how many more rows would shrink the interval enough', () => {
    // Twice as wide as the distance: four times the rows.
    expect(weigh(1, 2, 2).needs).toBe('about 300 more rows')
    expect(weigh(2, 1, 2).needs).toBe('more rows than could be gathered')
    expect(weigh(1, 0.9, 2).needs).toBeUndefined()
  })
})

test('a figure has four decimals, or six digits where it is large, and zero has no sign', () => {
  expect(figure(0.12345)).toBe('0.1235')
  expect(figure(1234567.8)).toBe('1234570')
  expect(figure(-0.00001)).toBe('0.0000')
})
