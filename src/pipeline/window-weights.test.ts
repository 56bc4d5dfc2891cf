import fc from 'fast-check'
import { expect, test } from 'vitest'
import { windowWeights } from './window-weights.ts'

const weighted = (halfLifeWindows: number) => ({ strategy: 'recency-weighted', halfLifeWindows }) as const
const windowsOf = fc
  .uniqueArray(fc.nat(5000), { minLength: 1, maxLength: 40 })
  .map((windows) => windows.toSorted((a, b) => a - b))
const halfLife = fc.double({ min: 0.1, max: 100_000, noNaN: true })

test('every weight is positive and at most 1, the newest window has 1, and no older one counts more', () => {
  fc.assert(
    fc.property(windowsOf, halfLife, (windows, half) => {
      const weights = windowWeights(weighted(half), windows) ?? []
      expect(weights).toHaveLength(windows.length)
      expect(weights.at(-1)).toBe(1)
      for (const [i, weight] of weights.entries()) {
        expect(weight).toBeGreaterThan(0)
        expect(weight).toBeLessThanOrEqual(weights[i + 1] ?? 1)
      }
    }),
  )
})

test('half at the half-life, a quarter at twice it; a window that is left out still makes older ones older', () => {
  expect(windowWeights(weighted(3), [0, 1, 2, 3, 4, 5, 6])).toEqual([
    0.25,
    2 ** (-5 / 3),
    2 ** (-4 / 3),
    0.5,
    2 ** (-2 / 3),
    2 ** (-1 / 3),
    1,
  ])
  expect(windowWeights(weighted(2), [0, 4])).toEqual([0.25, 1])
  expect(windowWeights(weighted(0.1), [0, 5000])).toEqual([1e-9, 1])
})

test('no other strategy has weights', () => {
  expect(windowWeights({ strategy: 'full' }, [0, 1])).toBeNull()
  expect(windowWeights({ strategy: 'rolling', windows: 3 }, [0, 1])).toBeNull()
  expect(windowWeights({ strategy: 'since-change', minWindows: 2 }, [0, 1])).toBeNull()
})
