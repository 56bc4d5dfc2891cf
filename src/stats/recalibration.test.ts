import { describe, expect, test } from 'vitest'
import { normal, seededRng } from '../base/rng.ts'
import { linearRecalibration, logisticRecalibration } from './recalibration.ts'

function draws(rows: number, sureness: number, seed: number) {
  const rng = seededRng(seed)
  const logits = Float64Array.from({ length: rows }, () => 1.5 * normal(rng))
  return {
    claimed: logits.map((x) => 1 / (1 + Math.exp(-sureness * x))),
    cameTrue: logits.map((x) => (rng() < 1 / (1 + Math.exp(-x)) ? 1 : 0)),
  }
}

describe('recalibration of probabilities', () => {
  test('claims that are twice as sure as they may be have the slope one half', () => {
    const { claimed, cameTrue } = draws(40_000, 2, 1)
    expect(logisticRecalibration(claimed, cameTrue)?.slope).toBeCloseTo(0.5, 1)
    const right = logisticRecalibration(draws(40_000, 1, 2).claimed, draws(40_000, 1, 2).cameTrue)
    expect(right?.slope).toBeCloseTo(1, 1)
    expect(right?.intercept).toBeCloseTo(0, 1)
  })

  test('at the maximum both sums of residuals are zero', () => {
    const { claimed, cameTrue } = draws(300, 1.4, 3)
    const { intercept, slope } = logisticRecalibration(claimed, cameTrue)!
    let [sum, weighted] = [0, 0]
    for (const [i, p] of claimed.entries()) {
      const x = Math.log(p / (1 - p))
      const residual = cameTrue[i]! - 1 / (1 + Math.exp(-(intercept + slope * x)))
      sum += residual
      weighted += residual * x
    }
    expect(Math.abs(sum)).toBeLessThan(1e-9)
    expect(Math.abs(weighted)).toBeLessThan(1e-9)
  })

  test('has no estimate where nothing could be one', () => {
    expect(logisticRecalibration([], [])).toBeNull()
    expect(logisticRecalibration([0.3, 0.3, 0.3, 0.3], [0, 1, 1, 0])).toBeNull()
    expect(logisticRecalibration([0.2, 0.4, 0.6, 0.8], [1, 1, 1, 1])).toBeNull()
    expect(logisticRecalibration([0.2, 0.4, 0.6, 0.8], [0, 0, 1, 1])).toBeNull()
    expect(() => logisticRecalibration([0.2], [])).toThrow('as many')
  })

  test('claims of 0 and 1 are taken for nearly certain ones', () => {
    const seen = logisticRecalibration([0, 0, 1, 1, 0.5, 0.5], [0, 1, 1, 0, 1, 0])
    expect(seen?.slope).toBeCloseTo(0, 9)
  })
})

describe('recalibration of values', () => {
  test('is the line through them, also far from zero', () => {
    const far = linearRecalibration([1e9, 1e9 + 1, 1e9 + 2], [10, 13, 16])
    expect(far?.slope).toBeCloseTo(3, 9)
    const near = linearRecalibration([0, 1, 2, 3], [1, 3, 5, 7])
    expect(near).toEqual({ intercept: 1, slope: 2 })
  })

  test('has no estimate where all predictions are one', () => {
    expect(linearRecalibration([2, 2, 2], [1, 2, 3])).toBeNull()
    expect(linearRecalibration([], [])).toBeNull()
  })
})

test('claims so close together that only a slope beyond 50 would do have no estimate', () => {
  // Logits of ∓.02, come true in 1 and in 9 of 10: slope 110.
  const claimed = Array.from({ length: 200 }, (_, i) => (i < 100 ? 0.495 : 0.505))
  const cameTrue = Array.from({ length: 200 }, (_, i) => ((i % 10 === 0) === i < 100 ? 1 : 0))
  expect(logisticRecalibration(claimed, cameTrue)).toBeNull()
})
