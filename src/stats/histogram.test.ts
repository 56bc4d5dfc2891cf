import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binFinder, binOf, histogram, quantileEdges } from './histogram.ts'

const runs = { seed: 11, numRuns: 300 }
const sample = fc.float64Array({ minLength: 1, maxLength: 200, noNaN: true, min: -1e9, max: 1e9 })
const sortedEdges = fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 8 }).map((xs) => xs.sort((a, b) => a - b))

describe('quantile edges', () => {
  test('never decrease and stay between the smallest and the largest value', () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: 1, max: 50 }), (values, bins) => {
        const edges = quantileEdges(values, bins)
        expect(edges.length).toBe(bins - 1)
        const inOrder = [Math.min(...values), ...edges, Math.max(...values)]
        for (let i = 1; i < inOrder.length; i++) expect(inOrder[i]!).toBeGreaterThanOrEqual(inOrder[i - 1]!)
      }),
      runs,
    )
  })

  test('cut distinct values into bins that differ by at most one row', () => {
    const values = Float64Array.from({ length: 103 }, (_, i) => ((i * 37) % 103) ** 2)
    const counts = histogram(values, quantileEdges(values, 10))
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
  })

  test('of a constant are that constant, and all its rows are in the last bin', () => {
    const values = new Float64Array(7).fill(3)
    expect(quantileEdges(values, 4)).toEqual([3, 3, 3])
    expect(histogram(values, [3, 3, 3])).toEqual([0, 0, 0, 7])
  })

  test('of one row are that row', () => {
    expect(quantileEdges(Float64Array.of(2), 3)).toEqual([2, 2])
  })

  test('leave missing values out', () => {
    expect(quantileEdges(Float64Array.of(Number.NaN, 1, 3, Number.NaN), 2)).toEqual([2])
  })

  test('are defined beside infinite values and where a difference overflows', () => {
    const edges = quantileEdges(Float64Array.of(-Infinity, Infinity, 0), 4)
    expect(edges).toEqual([-Infinity, 0, Infinity])
    expect(quantileEdges(Float64Array.of(-Infinity, Infinity), 2)).toEqual([-Infinity])
    expect(quantileEdges(Float64Array.of(-1.5e308, 1.5e308), 2)).toEqual([0])
  })

  test('leave the sample in its order', () => {
    const values = Float64Array.of(3, 1, 2)
    quantileEdges(values, 2)
    expect([...values]).toEqual([3, 1, 2])
  })

  test('refuse an empty sample and a number of bins that is not a whole number above 0', () => {
    expect(() => quantileEdges(new Float64Array(0), 2)).toThrow(RangeError)
    expect(() => quantileEdges(Float64Array.of(Number.NaN), 2)).toThrow('need at least one number')
    expect(() => quantileEdges(Float64Array.of(1), 0)).toThrow('got 0')
    expect(() => quantileEdges(Float64Array.of(1), 2.5)).toThrow('got 2.5')
  })
})

describe('bins', () => {
  test('hold what is at or above their lower edge and below their upper one', () => {
    fc.assert(
      fc.property(fc.integer({ min: -7, max: 7 }), sortedEdges, (value, edges) => {
        const bin = binOf(value, edges)
        if (bin > 0) expect(value).toBeGreaterThanOrEqual(edges[bin - 1]!)
        if (bin < edges.length) expect(value).toBeLessThan(edges[bin]!)
      }),
      runs,
    )
  })

  test('count every row once, and two samples as the sum of each', () => {
    fc.assert(
      fc.property(sample, sample, sortedEdges, (a, b, edges) => {
        const [ofA, ofB] = [histogram(a, edges), histogram(b, edges)]
        expect(ofA.reduce((sum, count) => sum + count, 0)).toBe(a.length)
        expect(histogram([...a, ...b], edges)).toEqual(ofA.map((count, bin) => count + ofB[bin]!))
      }),
      runs,
    )
  })

  test('take infinite values at the ends and no missing value', () => {
    expect(binOf(-Infinity, [0, 1])).toBe(0)
    expect(binOf(Infinity, [0, 1])).toBe(2)
    expect(binOf(Number.NaN, [0, 1])).toBe(-1)
    expect(histogram([Number.NaN, 5], [0, 1])).toEqual([0, 0, 1])
  })

  test('without an edge are one', () => {
    expect(histogram([1, 2, 3], [])).toEqual([3])
    expect(histogram([], [0])).toEqual([0, 0])
  })
})

test('the grid finds the bin that the search over all edges finds, at every edge and next to it', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true }),
    fc.integer({ min: -3, max: 3 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  fc.assert(
    fc.property(fc.array(number, { maxLength: 40 }), fc.array(number, { maxLength: 20 }), (cuts, values) => {
      const edges = cuts.sort((a, b) => a - b)
      const find = binFinder(edges)
      const beside = edges.flatMap((edge) => [edge, edge - Math.abs(edge) * 1e-15, edge + Math.abs(edge) * 1e-15])
      for (const value of [...values, ...beside, -Infinity, Infinity, 0, -0]) {
        if (!Number.isNaN(value)) expect(find(value)).toBe(binOf(value, edges))
      }
    }),
    runs,
  )
})
