import { expect, test } from 'vitest'
import { expectedErrors } from './expected-errors.ts'

test('where features say nothing, the variances are those of a mean of the losses', () => {
  const errors = Float64Array.from({ length: 400 }, (_, row) => (row % 7) - 2)
  const claims = new Float64Array(400).fill(3)
  const reference = { claims, outcomes: errors.map((e) => 3 + e), codes: new Uint8Array(400), width: 1 }
  const [mae, rmse] = expectedErrors(reference, new Float64Array(50).fill(3), new Uint8Array(50))
  const moments = (losses: Float64Array) => {
    const mean = losses.reduce((sum, x) => sum + x, 0) / 400
    return { mean, variance: losses.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 400 }
  }
  const [absolute, square] = [moments(errors.map((e) => Math.abs(e))), moments(errors.map((e) => e * e))]
  expect(mae?.value).toBeCloseTo(absolute.mean, 9)
  expect(mae?.labelVariance).toBeCloseTo(absolute.variance / 50, 9)
  expect(mae?.referenceVariance).toBeCloseTo(absolute.variance / 400, 9)
  // The delta method: d√m = dm/(2√m).
  expect(rmse?.value).toBeCloseTo(Math.sqrt(square.mean), 9)
  expect(rmse?.labelVariance).toBeCloseTo(square.variance / 50 / (4 * square.mean), 9)
  expect(rmse?.referenceVariance).toBeCloseTo(square.variance / 400 / (4 * square.mean), 9)
})
