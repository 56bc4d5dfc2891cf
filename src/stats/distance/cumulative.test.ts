import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cramerVonMisesFromCounts } from '../hypothesis/cramer-von-mises.ts'
import { ksFromCounts } from '../hypothesis/ks.ts'
import { kuiperFromCounts } from '../hypothesis/kuiper.ts'
import { cumulativeDistances } from './cumulative.ts'

const counts = fc
  .array(fc.integer({ min: 0, max: 50 }), { minLength: 6, maxLength: 6 })
  .filter((c) => c.some((x) => x > 0))

test('are the statistics of the tests of the same name', () => {
  fc.assert(
    fc.property(counts, counts, (a, b) => {
      const { largest, bothSides } = cumulativeDistances(a, b)
      expect(largest).toBeCloseTo(ksFromCounts(a, b).statistic, 12)
      expect(bothSides).toBeCloseTo(kuiperFromCounts(a, b).statistic, 12)
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('the squared one is that of Cramér and von Mises per effective row where both samples are of one size', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([9, 0, 3, 12, 5, 7], { minLength: 6 }), (b) => {
      const a = [4, 6, 0, 10, 8, 8]
      const { squared } = cumulativeDistances(a, b)
      expect(squared).toBeCloseTo(cramerVonMisesFromCounts(a, b).statistic / (36 / 2), 12)
      // Ten times the rows of one side change nothing.
      expect(
        cumulativeDistances(
          a.map((x) => 10 * x),
          b,
        ).squared,
      ).toBeCloseTo(squared, 12)
    }),
    { seed: 2, numRuns: 100 },
  )
})

test('are 0 for equal shares and for a single bin, and largest where no bin is shared', () => {
  expect(cumulativeDistances([1, 2], [1e9, 2e9])).toEqual({ largest: 0, bothSides: 0, squared: 0 })
  expect(cumulativeDistances([5], [7])).toEqual({ largest: 0, bothSides: 0, squared: 0 })
  expect(cumulativeDistances([5, 0], [0, 7])).toMatchObject({ largest: 1, bothSides: 1, squared: 0.5 })
  // A and B on both sides of it: D sees half of what Kuiper sees.
  expect(cumulativeDistances([1, 0, 1], [0, 2, 0])).toMatchObject({ largest: 0.5, bothSides: 1 })
})

test('refuses histograms that share no bins or hold no rows', () => {
  expect(() => cumulativeDistances([1], [1, 2])).toThrow('got 1 and 2')
  expect(() => cumulativeDistances([0], [1])).toThrow(RangeError)
})
