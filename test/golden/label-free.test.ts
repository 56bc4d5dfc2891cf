import { describe, expect, test } from 'vitest'
import { EXPECTED_METRICS, type ExpectedMetric, expectedMetric } from '../../src/stats/expected-metrics.ts'
import { fitIsotonic, isotonicAt } from '../../src/stats/isotonic.ts'
import { distance, golden } from './golden.ts'
import { type BinaryCase, metricInput, type NumbersCase, numbers } from './streams.ts'

interface IsotonicCase {
  readonly input: BinaryCase
  readonly weights: NumbersCase | null
  readonly at: readonly number[]
  readonly expected: readonly number[]
}

interface ExpectedCase {
  readonly input: BinaryCase
  readonly noise: NumbersCase
  readonly expected: Readonly<Partial<Record<ExpectedMetric, number>>>
}

describe('isotonic regression equals sklearn.isotonic.IsotonicRegression within 1e-12', () => {
  const { cases } = golden<{ readonly cases: readonly IsotonicCase[] }>('isotonic-regression')
  test.each(cases.map((c) => [c.input.rows, c] as const))('on %d rows', (_, { input, weights, at, expected }) => {
    const { scores, labels } = metricInput(input)
    const fit = fitIsotonic(scores, labels, weights === null ? undefined : numbers(weights))
    for (const [i, point] of at.entries()) {
      expect(distance(isotonicAt(fit, point), expected[i] ?? Number.NaN), `at ${point}`).toBeLessThan(1e-12)
    }
  })
})

describe('metrics from probabilities equal those counted pair by pair in NumPy within 1e-12', () => {
  const { cases } = golden<{ readonly cases: readonly ExpectedCase[] }>('expected-performance')
  test.each(cases.map((c) => [c.input.rows, c] as const))('of %d rows', (_, { input, noise, expected }) => {
    const { scores } = metricInput(input)
    const shifts = numbers(noise)
    const p = Float64Array.from(scores, (score, i) => Math.min(1, Math.max(0, score + (shifts[i] ?? 0))))
    for (const id of EXPECTED_METRICS) {
      const wanted = expected[id]
      if (wanted === undefined) continue
      expect(distance(expectedMetric(id, p, scores)?.value ?? Number.NaN, wanted), id).toBeLessThan(1e-12)
    }
  })
})
