import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { delong, delongInterval, delongPair } from './delong.ts'

const runs = { seed: 20, numRuns: 300 }
/** Scores of few distinct values, so that ties are common; at least two rows of each class. */
const scored = fc
  .tuple(
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 25 }),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 25 }),
  )
  .map(([negatives, positives]) => ({
    labels: Float64Array.from([...negatives.map(() => 0), ...positives.map(() => 1)]),
    scores: Float64Array.from([...negatives, ...positives]),
  }))

describe('DeLong', () => {
  test('counts the pairs in the right order, ties half', () => {
    fc.assert(
      fc.property(scored, ({ labels, scores }) => {
        let right = 0
        let pairs = 0
        for (const [i, high] of scores.entries()) {
          for (const [j, low] of scores.entries()) {
            if (labels[i] !== 1 || labels[j] !== 0) continue
            pairs += 1
            right += high > low ? 1 : high === low ? 0.5 : 0
          }
        }
        expect(delong(labels, scores).auc).toBeCloseTo(right / pairs, 12)
      }),
      runs,
    )
  })

  test('sees only the order of the scores', () => {
    fc.assert(
      fc.property(scored, ({ labels, scores }) => {
        const stretched = scores.map((s) => Math.exp(s) * 1e9)
        expect(delong(labels, stretched)).toEqual(delong(labels, scores))
      }),
      runs,
    )
  })

  test('turns into 1 − AUC with the same variance when the classes swap', () => {
    fc.assert(
      fc.property(scored, ({ labels, scores }) => {
        const [of, swapped] = [
          delong(labels, scores),
          delong(
            labels.map((label) => 1 - label),
            scores,
          ),
        ]
        expect(swapped.auc).toBeCloseTo(1 - of.auc, 12)
        expect(swapped.variance).toBeCloseTo(of.variance, 12)
      }),
      runs,
    )
  })

  test('leaves rows without a label out, whatever their score', () => {
    const labels = [0, 1, Number.NaN, 0, 1, Number.NaN]
    const scores = [0.1, 0.4, 7, 0.4, 0.8, Number.NaN]
    expect(delong(labels, scores)).toEqual(delong([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8]))
  })

  test('of constant scores is a half', () => {
    expect(delong([0, 1, 0, 1], [2, 2, 2, 2])).toMatchObject({ auc: 0.5, variance: 0 })
    expect(delongInterval(delong([0, 1, 0, 1], [2, 2, 2, 2]))).toEqual({ low: 0.5, high: 0.5, level: 0.95 })
  })

  test('refuses too few rows of a class, other labels and missing scores', () => {
    expect(() => delong([0, 0, 1], [1, 2, 3])).toThrow('2 rows of each class; got 1 and 2')
    expect(() => delong([], [])).toThrow('got 0 and 0')
    expect(() => delong([0, 2], [1, 2])).toThrow('row 1 is 2')
    expect(() => delong([0, 1], [1])).toThrow('got 2 and 1')
    expect(() => delong([0, 1], [1, Number.NaN])).toThrow('row 1 has a label and no score')
  })
})

describe("DeLong's interval", () => {
  test('of a perfect order still has a width, and more rows narrow it', () => {
    const perfect = (rows: number) => {
      const labels = Array.from({ length: rows }, (_, i) => i % 2)
      return delongInterval(delong(labels, labels))
    }
    expect(perfect(8)).toMatchObject({ high: 1, level: 0.95 })
    expect(perfect(8).low).toBeLessThan(0.6)
    expect(perfect(800).low).toBeGreaterThan(0.98)
  })

  test('refuses what is no confidence', () => {
    expect(() => delongInterval(delong([0, 1, 0, 1], [1, 2, 3, 4]), 1)).toThrow('got 1')
  })

  test('lies in [0, 1] and holds the AUC', () => {
    fc.assert(
      fc.property(scored, ({ labels, scores }) => {
        const result = delong(labels, scores)
        const { low, high } = delongInterval(result, 0.99)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(result.auc)
        expect(high).toBeGreaterThanOrEqual(result.auc)
      }),
      runs,
    )
  })
})

describe('two AUCs on the same rows', () => {
  test('agree with each alone, and their difference has a variance of at least 0', () => {
    fc.assert(
      fc.property(scored, fc.infiniteStream(fc.nat({ max: 9 })), ({ labels, scores }, stream) => {
        const other = scores.map(() => stream.next().value as number)
        const pair = delongPair(labels, scores, other)
        expect(pair.aucA).toBe(delong(labels, scores).auc)
        expect(pair.varB).toBeCloseTo(delong(labels, other).variance, 12)
        expect(pair.varA + pair.varB - 2 * pair.cov).toBeGreaterThanOrEqual(-1e-12)
        expect(delongPair(labels, other, scores).cov).toBeCloseTo(pair.cov, 12)
      }),
      runs,
    )
  })

  test('of one model twice differ by exactly nothing', () => {
    fc.assert(
      fc.property(scored, ({ labels, scores }) => {
        const { aucA, aucB, varA, varB, cov } = delongPair(labels, scores, scores)
        expect([aucB, varB, cov]).toEqual([aucA, varA, varA])
      }),
      runs,
    )
  })

  test('of a model and its reverse vary against each other', () => {
    const [labels, scores] = [
      [0, 1, 0, 1, 1, 0],
      [1, 2, 3, 4, 5, 6],
    ]
    const { varA, cov } = delongPair(
      labels,
      scores,
      scores.map((s) => -s),
    )
    expect(cov).toBeCloseTo(-varA, 12)
  })
})
