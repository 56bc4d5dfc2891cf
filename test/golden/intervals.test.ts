import { describe, expect, test } from 'vitest'
import { delong, delongPair } from '../../src/stats/interval/delong.ts'
import { normalMean } from '../../src/stats/interval/normal-mean.ts'
import { studentBlocks } from '../../src/stats/interval/student-blocks.ts'
import { wilson } from '../../src/stats/interval/wilson.ts'
import { distance, golden } from './golden.ts'
import { type BinaryCase, metricInput, type NumbersCase, numbers } from './streams.ts'

interface Intervals {
  readonly wilson: readonly [successes: number, n: number, level: number, low: number, high: number][]
  readonly means: readonly {
    readonly values: NumbersCase
    readonly level: number
    readonly expected: {
      readonly student: [number, number]
      readonly lower: number
      readonly upper: number
      readonly normal: [number, number]
    }
  }[]
}

interface DelongCase {
  readonly a: BinaryCase
  readonly noise: NumbersCase
  readonly expected: { readonly aucs: [number, number]; readonly covariance: [number, number, number] }
}

const intervals = golden<Intervals>('intervals')

test("Wilson's interval equals scipy.stats.binomtest(...).proportion_ci(method='wilson') within 1e-12", () => {
  for (const [successes, n, level, low, high] of intervals.wilson) {
    const interval = wilson(successes, n, level)
    expect(Math.abs(interval.low - low), `${successes} of ${n} at ${level}`).toBeLessThan(1e-12)
    expect(Math.abs(interval.high - high), `${successes} of ${n} at ${level}`).toBeLessThan(1e-12)
  }
})

describe.each(intervals.means.map((c) => [c.values.rows, c.values.mean, c.level, c] as const))(
  'the mean of %d values about %d at level %d',
  (_rows, _mean, level, { values, expected }) => {
    const x = numbers(values)

    test("has Student's interval and bounds of scipy.stats.ttest_1samp within 1e-10", () => {
      const { mean, interval } = studentBlocks(x, level)
      expect(distance(interval.low, expected.student[0])).toBeLessThan(1e-10)
      expect(distance(interval.high, expected.student[1])).toBeLessThan(1e-10)
      // A one-sided bound at a half is the mean; an interval of level 0 there is none.
      const oneSided = level > 0.5 ? studentBlocks(x, 2 * level - 1).interval : { low: mean, high: mean }
      expect(distance(oneSided.low, expected.lower)).toBeLessThan(1e-10)
      expect(distance(oneSided.high, expected.upper)).toBeLessThan(1e-10)
    })

    test('has the normal interval of scipy.stats.norm and sem within 1e-12', () => {
      const { interval } = normalMean(x, level)
      expect(distance(interval.low, expected.normal[0])).toBeLessThan(1e-12)
      expect(distance(interval.high, expected.normal[1])).toBeLessThan(1e-12)
    })
  },
)

describe.each(golden<{ cases: DelongCase[] }>('delong').cases.map((c) => [c.a.rows, c] as const))(
  'two scorings of %d rows',
  (_rows, { a, noise, expected }) => {
    const { labels, scores } = metricInput(a)
    const noisy = numbers(noise).map((x, row) => x + scores[row]!)

    test("DeLong's variance from ranks equals the one counted pair by pair within 1e-12", () => {
      const { auc, variance } = delong(labels, scores)
      expect(Math.abs(auc - expected.aucs[0])).toBeLessThan(1e-12)
      expect(Math.abs(variance - expected.covariance[0])).toBeLessThan(1e-12)
    })

    test('the paired covariance equals the one counted pair by pair within 1e-12', () => {
      const { aucA, aucB, varA, varB, cov } = delongPair(labels, scores, noisy)
      const seen = [aucA, aucB, varA, varB, cov]
      const wanted = [...expected.aucs, ...expected.covariance]
      for (const [i, value] of seen.entries()) expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-12)
    })
  },
)
