import { expect, test } from 'vitest'
import { seededRng } from '../../../base/rng.ts'
import { expectedPerformance } from './expected-performance.ts'

test('only how weights compare matters: rows that all count twice are no more rows', () => {
  const rng = seededRng(1)
  const claims = Float64Array.from({ length: 300 }, () => rng())
  const outcomes = claims.map((claim) => (rng() < claim ? 1 : 0))
  const reference = { claims, outcomes, codes: new Uint8Array(0), width: 0 }
  const weighted = (weights: Float64Array | undefined) =>
    expectedPerformance('accuracy', {
      reference,
      weights,
      calibration: (claim) => claim,
      claims: claims.subarray(0, 100),
      isBinary: true,
    })
  expect(weighted(new Float64Array(300).fill(2))).toEqual(weighted(undefined))
  const uneven = weighted(Float64Array.from({ length: 300 }, (_, row) => (row % 10 === 0 ? 10 : 0.1)))
  expect(uneven?.referenceVariance).toBeGreaterThan(2 * (weighted(undefined)?.referenceVariance ?? 0))
})
