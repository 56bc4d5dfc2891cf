import { describe, expect, test } from 'vitest'
import { energyDistance, energyFromCounts } from '../../src/stats/distance/energy.ts'
import { hellinger } from '../../src/stats/distance/hellinger.ts'
import { jensenShannon } from '../../src/stats/distance/jensen-shannon.ts'
import { totalVariation } from '../../src/stats/distance/total-variation.ts'
import { wasserstein, wassersteinFromCounts } from '../../src/stats/distance/wasserstein.ts'
import { histogram } from '../../src/stats/histogram.ts'
import { distance, golden } from './golden.ts'
import { type NumbersCase, numbers } from './streams.ts'

interface Distances {
  readonly edges: number[]
  readonly positions: number[]
  readonly cases: readonly {
    readonly a: NumbersCase
    readonly b: NumbersCase
    readonly counts: [number[], number[]]
    readonly expected: Readonly<Record<string, number>>
  }[]
}

const { edges, positions, cases } = golden<Distances>('distances')

test('the fixture counts rows as we do', () => {
  expect(cases.length).toBe(60)
  for (const { a, b, counts } of cases) {
    expect([histogram(numbers(a), edges), histogram(numbers(b), edges)]).toEqual(counts)
  }
})

describe.each([
  ['scipy.spatial.distance.jensenshannon(base=2)', 'jensen_shannon', jensenShannon],
  ["Hellinger's definition", 'hellinger', hellinger],
  ['half the sum of differences', 'total_variation', totalVariation],
  ['scipy.stats.wasserstein_distance with weights', 'wasserstein_counts', wassersteinFromCounts],
  ['scipy.stats.energy_distance with weights', 'energy_counts', energyFromCounts],
] as const)('on bins, %s', (_, name, measure) => {
  test('is met within 1e-12', () => {
    for (const { counts, expected } of cases) {
      expect(distance(measure(counts[0], counts[1], positions), expected[name]!)).toBeLessThan(1e-12)
    }
  })
})

describe.each([
  ['scipy.stats.wasserstein_distance', 'wasserstein', wasserstein],
  ['scipy.stats.energy_distance', 'energy', energyDistance],
] as const)('on values, %s', (_, name, measure) => {
  test('is met within 1e-12', () => {
    for (const { a, b, expected } of cases) {
      expect(distance(measure(numbers(a), numbers(b)), expected[name]!)).toBeLessThan(1e-12)
    }
  })
})
