import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { maxNull } from './max-null.ts'

test('scales each feature by its median and takes the limit from the largest of each pair', () => {
  // Medians 2 and 20; largest scaled distances of the three pairs: 1, 1, 3.
  const distances = Float64Array.of(1, 20, 2, 20, 2, 60)
  expect(maxNull({ distances, features: 2 }, 0.5)).toEqual({ scale: Float64Array.of(2, 20), limit: 1 })
  expect(maxNull({ distances, features: 2 }, 0.75).limit).toBe(3)
  expect(maxNull({ distances, features: 2 }, 0.99).limit).toBe(3)
})

test('the median of an even number of pairs lies between the middle two', () => {
  expect(maxNull({ distances: Float64Array.of(1, 2, 4, 9), features: 1 }, 0.5).scale[0]).toBe(3)
})

test('does not depend on the unit of a feature', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 8, maxLength: 60 }), (raw) => {
      const distances = Float64Array.from(raw.slice(0, raw.length - (raw.length % 2)))
      const other = distances.map((d, at) => (at % 2 === 0 ? 1e9 * d : d))
      const limit = maxNull({ distances, features: 2 }, 0.9).limit
      expect(maxNull({ distances: other, features: 2 }, 0.9).limit).toBeCloseTo(limit, 9)
    }),
    { seed: 2, numRuns: 200 },
  )
})

test('a feature that stands still in most pairs neither sets the limit nor has a scale', () => {
  const distances = Float64Array.of(1, 0, 2, 0, 3, 500)
  expect(maxNull({ distances, features: 2 }, 0.9)).toEqual({ scale: Float64Array.of(2, 0), limit: 1.5 })
  expect(maxNull({ distances: new Float64Array(4), features: 2 }, 0.9).limit).toBe(Infinity)
})

test('a further pair of 10 dependent features exceeds the limit of 199 pairs in 1 % of cases', () => {
  const rng = seededRng(5)
  const features = 10
  const draw = () => {
    const common = normal(rng)
    return Array.from({ length: features }, (_, f) => (f + 1) * Math.abs(0.7 * common + 0.7 * normal(rng)))
  }
  let exceeded = 0
  const runs = 1500
  for (let run = 0; run < runs; run++) {
    const distances = Float64Array.from(Array.from({ length: 199 }, draw).flat())
    const { scale, limit } = maxNull({ distances, features }, 0.99)
    if (draw().some((d, f) => d / scale[f]! > limit)) exceeded++
  }
  expect(exceeded / runs).toBeGreaterThan(0.003)
  expect(exceeded / runs).toBeLessThan(0.02)
})

test('refuses distances that do not fill a table, or are none', () => {
  expect(() => maxNull({ distances: new Float64Array(3), features: 2 }, 0.9)).toThrow('got 3 for 2 features')
  expect(() => maxNull({ distances: new Float64Array(0), features: 2 }, 0.9)).toThrow('got 0')
  expect(() => maxNull({ distances: Float64Array.of(1, Number.NaN), features: 2 }, 0.9)).toThrow('got NaN')
  expect(() => maxNull({ distances: Float64Array.of(-1), features: 1 }, 0.9)).toThrow('got -1')
  expect(() => maxNull({ distances: Float64Array.of(1), features: 1 }, 1)).toThrow('share must be in (0, 1); got 1')
})
