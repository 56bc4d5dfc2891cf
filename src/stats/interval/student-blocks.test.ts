import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { studentBlocks } from './student-blocks.ts'

const runs = { seed: 16, numRuns: 300 }
const blockMeans = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 40 })

describe('the mean of block means', () => {
  test('moves and stretches with the unit', () => {
    fc.assert(
      fc.property(blockMeans, fc.integer({ min: -1000, max: 1000 }), (means, shift) => {
        const plain = studentBlocks(means)
        const moved = studentBlocks(means.map((x) => 2 * x + shift))
        expect(moved.mean).toBeCloseTo(2 * plain.mean + shift, 8)
        expect(moved.interval.low).toBeCloseTo(2 * plain.interval.low + shift, 7)
        expect(moved.standardError).toBeCloseTo(2 * plain.standardError, 8)
      }),
      runs,
    )
  })

  test('is surer with more blocks of the same spread', () => {
    const spread = (blocks: number) => Array.from({ length: blocks }, (_, k) => (k % 2 === 0 ? 1 : -1))
    expect(studentBlocks(spread(20)).interval.high).toBeLessThan(studentBlocks(spread(4)).interval.high)
  })

  test('of two blocks uses the heavy tail of one degree of freedom', () => {
    const { mean, standardError, interval, blocks } = studentBlocks([0, 2])
    expect({ mean, standardError, blocks }).toEqual({ mean: 1, standardError: 1, blocks: 2 })
    expect(interval.high).toBeCloseTo(1 + 12.706204736174694, 9)
  })

  test('has no width only when all blocks agree', () => {
    expect(studentBlocks([0.1, 0.1, 0.1]).interval).toEqual({ low: 0.1, high: 0.1, level: 0.95 })
  })

  test('keeps its digits where means are large and spread is small', () => {
    const { standardError } = studentBlocks([1e9, 1e9 + 1, 1e9 + 2])
    expect(standardError).toBeCloseTo(Math.sqrt(1 / 3), 12)
  })

  test('refuses a single block, a block without a mean and what is no confidence', () => {
    expect(() => studentBlocks([1])).toThrow('at least 2 blocks; got 1')
    expect(() => studentBlocks([])).toThrow('got 0')
    expect(() => studentBlocks([1, Number.NaN])).toThrow('block 1 is NaN')
    expect(() => studentBlocks([Infinity, 1])).toThrow('block 0 is Infinity')
    expect(() => studentBlocks([1, 2], 1)).toThrow('got 1')
    expect(() => studentBlocks([1, 2], 0)).toThrow('got 0')
  })
})
