import { describe, expect, test } from 'vitest'
import { seededRng } from '../base/rng.ts'
import { EXPECTED_METRICS, expectedMetric } from './expected-metrics.ts'
import { metrics } from './metrics/catalog.ts'

function drawn(rows: number, seed: number) {
  const rng = seededRng(seed)
  const scores = Float32Array.from({ length: rows }, () => Math.round(20 * rng()) / 20)
  const labels = Float64Array.from(scores, (score) => (rng() < score ? 1 : 0))
  return { scores, labels }
}

describe.each(EXPECTED_METRICS)('expected %s', (id) => {
  test('is the metric itself where every probability is 0 or 1', () => {
    for (const seed of [1, 2, 3]) {
      const { scores, labels } = drawn(80, seed)
      const seen = metrics.get(id).measure({ kind: 'binary', classes: 2, labels, scores })
      expect(seen.kind).toBe('measured')
      expect(expectedMetric(id, labels, scores)?.value).toBeCloseTo(seen.kind === 'measured' ? seen.value : -1, 12)
    }
  })

  test('has the slopes that a small step in each probability shows', () => {
    const { scores } = drawn(12, 5)
    const rng = seededRng(8)
    const p = Float64Array.from(scores, () => 0.1 + 0.8 * rng())
    const { gradient } = expectedMetric(id, p, scores) ?? { gradient: new Float64Array(0) }
    expect(gradient).toHaveLength(12)
    for (let i = 0; i < 12; i++) {
      const stepped = (step: number) => {
        const moved = p.slice()
        moved[i]! += step
        return expectedMetric(id, moved, scores)?.value ?? Number.NaN
      }
      expect(gradient[i]!).toBeCloseTo((stepped(1e-5) - stepped(-1e-5)) / 2e-5, 6)
    }
  })

  test('is the mean of the metric over labels drawn from the probabilities', () => {
    const { scores } = drawn(400, 11)
    const p = Float64Array.from(scores)
    const rng = seededRng(12)
    let sum = 0
    for (let draw = 0; draw < 200; draw++) {
      const labels = p.map((x) => (rng() < x ? 1 : 0))
      const seen = metrics.get(id).measure({ kind: 'binary', classes: 2, labels, scores })
      if (seen.kind === 'measured') sum += seen.value
    }
    // The metric of 400 rows scatters by at most .025; so does the mean of 200 of them by at most .002.
    expect(Math.abs(sum / 200 - (expectedMetric(id, p, scores)?.value ?? 0))).toBeLessThan(0.006)
  })
})

test('what would divide by nothing is not said', () => {
  const low = Float32Array.of(0.1, 0.2)
  expect(expectedMetric('precision', Float64Array.of(0.1, 0.2), low)).toBeNull()
  expect(expectedMetric('recall', Float64Array.of(0, 0), low)).toBeNull()
  expect(expectedMetric('f1', Float64Array.of(0, 0), low)).toBeNull()
  expect(expectedMetric('auc', Float64Array.of(1, 1), low)).toBeNull()
  expect(expectedMetric('auc', Float64Array.of(0.5), Float32Array.of(0.5))).toBeNull()
  expect(expectedMetric('accuracy', new Float64Array(0), [])).toBeNull()
})

test('rows of one score rank no row above another', () => {
  expect(expectedMetric('auc', Float64Array.of(0.9, 0.2, 0.4), [0.5, 0.5, 0.5])?.value).toBeCloseTo(0.5, 12)
})
