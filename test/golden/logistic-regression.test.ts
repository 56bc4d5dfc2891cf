import { describe, expect, test } from 'vitest'
import { fitLogistic } from '../../src/learners/logistic-regression.ts'
import { distance, golden } from './golden.ts'
import { type NumbersCase, numbers } from './streams.ts'

interface LogisticCase {
  readonly columns: readonly NumbersCase[]
  readonly noise: NumbersCase
  readonly l2: number
  readonly weighted: boolean
  readonly expected: { readonly weights: readonly number[]; readonly intercept: number; readonly first: number }
}

const { cut, cases } = golden<{ cut: number; cases: LogisticCase[] }>('logistic-regression')

describe.each(cases.map((c) => [c.noise.rows, c.columns.length, c.l2, c.weighted, c] as const))(
  '%d rows of %d columns, ridge %d, weighted: %s',
  (rows, k, l2, isWeighted, { columns, noise, expected }) => {
    test('have the coefficients of scikit-learn within 1e-6', () => {
      const values = columns.map(numbers)
      const x = Float64Array.from({ length: rows * k }, (_, at) => values[at % k]![Math.floor(at / k)]!)
      const y = numbers(noise).map((e, row) => (values[0]![row]! + e > cut ? 1 : 0))
      const weights = Float64Array.from({ length: rows }, (_, row) => 1 + (row % 3))
      const fit = fitLogistic({ x, k, y, ...(isWeighted ? { weights } : {}) }, { l2 })
      for (const [j, weight] of expected.weights.entries()) {
        expect(distance(fit.weights[j]!, weight), `column ${j}`).toBeLessThan(1e-6)
      }
      expect(distance(fit.intercept, expected.intercept)).toBeLessThan(1e-6)
      expect(distance(fit.predict(x.subarray(0, k)), expected.first)).toBeLessThan(1e-6)
    })
  },
)
