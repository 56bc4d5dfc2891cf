import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockJackknife, blockOf } from './block-jackknife.ts'
import { studentBlocks } from './student-blocks.ts'

const runs = { seed: 18, numRuns: 300 }

describe('the block jackknife', () => {
  test("of a mean over equal blocks is Student's interval of the block means", () => {
    const means = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 30 })
    fc.assert(
      fc.property(means, (blocks) => {
        const total = blocks.reduce((sum, x) => sum + x, 0)
        const rest = blocks.map((x) => (total - x) / (blocks.length - 1))
        const seen = blockJackknife(total / blocks.length, rest)
        const wanted = studentBlocks(blocks).interval
        expect(seen.low).toBeCloseTo(wanted.low, 6)
        expect(seen.high).toBeCloseTo(wanted.high, 6)
      }),
      runs,
    )
  })

  test('has no width when no block matters', () => {
    expect(blockJackknife(0.7, [0.7, 0.7, 0.7], 0.9)).toEqual({ low: 0.7, high: 0.7, level: 0.9 })
  })

  test('refuses one block, an estimate that is no number and what is no confidence', () => {
    expect(() => blockJackknife(1, [1])).toThrow('at least 2 blocks; got 1')
    expect(() => blockJackknife(1, [1, Number.NaN])).toThrow('finite')
    expect(() => blockJackknife(Infinity, [1, 2])).toThrow('finite')
    expect(() => blockJackknife(1, [1, 2], 0)).toThrow('got 0')
  })
})

test('blocks are runs of rows whose lengths differ by at most one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 30, max: 500 }), (blocks, rows) => {
      const lengths = new Array<number>(blocks).fill(0)
      let last = 0
      for (let row = 0; row < rows; row++) {
        const block = blockOf(row, rows, blocks)
        expect(block).toBeGreaterThanOrEqual(last)
        lengths[block]! += 1
        last = block
      }
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1)
    }),
    runs,
  )
})
