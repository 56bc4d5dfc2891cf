import { expect, test } from 'vitest'
import { seededRng } from '../../../base/rng.ts'
import { helpfulCalibration } from './calibrated.ts'

/** Claims, and outcomes that come true with probability `truth(claim)`. */
function draw(rows: number, seed: number, truth: (claim: number) => number) {
  const rng = seededRng(seed)
  const claims = Float64Array.from({ length: rows }, () => rng())
  return [claims, claims.map((claim) => (rng() < truth(claim) ? 1 : 0))] as const
}

const PROBES = [0.05, 0.3, 0.62, 0.9]

test('claims that are right are mostly left as they are: a calibration is judged on rows that it did not see', () => {
  let kept = 0
  for (let seed = 0; seed < 20; seed++) {
    const calibration = helpfulCalibration(...draw(200, seed, (claim) => claim))
    if (PROBES.every((claim) => calibration(claim) === claim)) kept++
  }
  expect(kept).toBeGreaterThanOrEqual(12)
})

test('claims that are too sure are corrected', () => {
  const calibration = helpfulCalibration(...draw(4000, 1, (claim) => 0.4 + 0.2 * claim))
  for (const claim of PROBES) expect(Math.abs(calibration(claim) - (0.4 + 0.2 * claim))).toBeLessThan(0.1)
})
