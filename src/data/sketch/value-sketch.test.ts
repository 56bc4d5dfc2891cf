import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { ksFromCounts, ksTwoSample } from '../../stats/hypothesis/ks.ts'
import { addValues, binsOf, positionOf, sharedBins, startValues } from './value-sketch.ts'

function sketchOf(...batches: ArrayLike<number>[]) {
  const sketch = startValues()
  for (const batch of batches) addValues(sketch, Float64Array.from(batch), batch.length)
  return sketch
}

const total = (counts: ArrayLike<number>) => Array.from(counts).reduce((sum, count) => sum + count, 0)

test('up to 2,048 different whole numbers have a bin each, at their own value, in their order', () => {
  const values = Array.from({ length: 2048 }, (_, i) => ((i * 829) % 2048) - 1000)
  const bins = binsOf(sketchOf(values, values, [-1000]))
  const positions = Array.from(bins.keys, (key) => positionOf(key, bins.shift))
  expect(positions).toEqual(Array.from({ length: 2048 }, (_, i) => i - 1000))
  expect([bins.counts[0], bins.counts[1], total(bins.counts)]).toEqual([3, 2, 4097])
})

test('however many values there are, no more than 2,048 bins hold them all, and each value lies in its bin', () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(1e-300, 1, 1e9, 1e300), (seed, scale) => {
      const rng = seededRng(seed)
      const values = Array.from({ length: 6000 }, () => normal(rng) * scale)
      const bins = binsOf(sketchOf(values))
      expect(bins.keys.length).toBeLessThanOrEqual(2048)
      expect(total(bins.counts)).toBe(6000)
      const positions = Array.from(bins.keys, (key) => positionOf(key, bins.shift))
      expect(positions).toEqual(positions.toSorted((a, b) => a - b))
      // The k-th value and the bin that its rank falls into are a bin's width apart at most: 2^(shift - 20) of it.
      const sorted = values.toSorted((a, b) => a - b)
      let below = 0
      for (const [i, position] of positions.entries()) {
        const first = sorted[below]!
        expect(Math.abs(first - position)).toBeLessThanOrEqual(Math.abs(position) * 2 ** (bins.shift - 19) + 1e-306)
        below += bins.counts[i]!
      }
    }),
    { numRuns: 20 },
  )
})

test('the batches that rows came in leave no trace in the bins', () => {
  const rng = seededRng(3)
  const values = Array.from({ length: 9000 }, () => Math.exp(3 * normal(rng)))
  const whole = sketchOf(values)
  const parts = sketchOf(values.slice(0, 1), values.slice(1, 4000), values.slice(4000))
  expect(binsOf(parts)).toEqual(binsOf(whole))
  expect(parts.mean).toBeCloseTo(whole.mean, 10)
  expect(parts.m2 / whole.m2).toBeCloseTo(1, 12)
})

test('mean, spread and range keep their digits far from zero', () => {
  const values = Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 10))
  const { mean, m2, min, max, rows } = sketchOf(values, values)
  expect([mean, min, max, rows]).toEqual([1e9 + 4.5, 1e9, 1e9 + 9, 2000])
  expect(m2 / 2000).toBeCloseTo(8.25, 6)
})

test('NaN is missing, infinities are counted apart, and neither enters a bin or the mean', () => {
  const sketch = sketchOf([Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3, Number.NaN])
  expect(sketch).toMatchObject({ missing: 2, infinite: 2, rows: 2, mean: 2, min: 1, max: 3 })
  expect(total(binsOf(sketch).counts)).toBe(2)
})

test('zero and minus zero are one value, between the negative and the positive ones', () => {
  const bins = binsOf(sketchOf([-0, 0, -1e-9, 1e-9]))
  const positions = Array.from(bins.keys, (key) => positionOf(key, bins.shift))
  expect(Array.from(bins.counts)).toEqual([1, 2, 1])
  expect(positions[1]).toBe(0)
  expect(positions[0]).toBeLessThan(0)
})

describe('two sketches', () => {
  test('on bins of their own widths are brought to the wider ones, and no row is lost', () => {
    const rng = seededRng(5)
    const fine = binsOf(sketchOf([1, 2, 3, 3]))
    const coarse = binsOf(sketchOf(Array.from({ length: 5000 }, () => normal(rng))))
    const { reference, current, positions } = sharedBins(fine, coarse)
    expect([total(reference), total(current)]).toEqual([4, 5000])
    expect(Array.from(positions)).toEqual(Array.from(positions).toSorted((a, b) => a - b))
  })

  test('show a Kolmogorov distance that is at most a hundredth below that of the values, and never above', () => {
    for (const seed of [1, 2, 3, 4]) {
      const rng = seededRng(seed)
      const a = Float64Array.from({ length: 20_000 }, () => normal(rng))
      const b = Float64Array.from({ length: 15_000 }, () => 1.1 * normal(rng) + 0.05 * seed)
      const { reference, current } = sharedBins(binsOf(sketchOf(a)), binsOf(sketchOf(b)))
      const onBins = ksFromCounts(reference, current).statistic
      const onValues = ksTwoSample(a, b).statistic
      expect(onBins).toBeLessThanOrEqual(onValues + 1e-12)
      expect(onBins).toBeGreaterThan(onValues - 0.01)
    }
  })
})

test('a bin below zero stands for the values of the one above zero, with the sign turned', () => {
  const rng = seededRng(8)
  const values = Array.from({ length: 9000 }, () => Math.exp(4 * normal(rng)))
  const [above, below] = [binsOf(sketchOf(values)), binsOf(sketchOf(values.map((x) => -x)))]
  expect(above.shift).toBeGreaterThan(0)
  expect(below.shift).toBe(above.shift)
  const positions = (bins: typeof above) => Array.from(bins.keys, (key) => positionOf(key, bins.shift))
  expect(positions(below).reverse()).toEqual(positions(above).map((x) => -x))
})
