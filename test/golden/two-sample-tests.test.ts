import { describe, expect, test } from 'vitest'
import { histogram } from '../../src/stats/histogram.ts'
import { chiSquared } from '../../src/stats/hypothesis/chi-squared.ts'
import { cramerVonMises, cramerVonMisesFromCounts } from '../../src/stats/hypothesis/cramer-von-mises.ts'
import { cramerVonMisesTail } from '../../src/stats/hypothesis/cramer-von-mises-tail.ts'
import { gTest } from '../../src/stats/hypothesis/g-test.ts'
import { kuiper, kuiperFromCounts } from '../../src/stats/hypothesis/kuiper.ts'
import { brownForsytheFromCounts, levene } from '../../src/stats/hypothesis/levene.ts'
import { mannWhitney, mannWhitneyFromCounts } from '../../src/stats/hypothesis/mann-whitney.ts'
import { chiSquaredTail, studentTails } from '../../src/stats/hypothesis/tails.ts'
import { twoProportion } from '../../src/stats/hypothesis/two-proportion.ts'
import { type SampleMoments, welch } from '../../src/stats/hypothesis/welch.ts'
import { distance, golden } from './golden.ts'
import { type NumbersCase, numbers } from './streams.ts'

type Result = { readonly statistic: number; readonly pValue: number; readonly degreesOfFreedom?: number }

interface Tests {
  readonly edges: number[]
  readonly positions: number[]
  readonly cases: readonly {
    readonly a: NumbersCase
    readonly b: NumbersCase
    readonly expected: Readonly<Record<string, number[]>>
  }[]
  readonly shares: readonly (readonly number[])[]
}

const { edges, positions, cases, shares } = golden<Tests>('two-sample-tests')

function moments(values: Float64Array): SampleMoments {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  return { count: values.length, mean, m2: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) }
}

const onValues: [string, string, (a: Float64Array, b: Float64Array) => Result][] = [
  ['scipy.stats.cramervonmises_2samp, its definition with ties', 'cramer_von_mises', cramerVonMises],
  ["Kuiper's definition with Stephens' correction", 'kuiper', kuiper],
  ['scipy.stats.mannwhitneyu(method="asymptotic")', 'mann_whitney', mannWhitney],
  ['scipy.stats.levene(center="mean")', 'levene_mean', (a, b) => levene(a, b, { center: 'mean' })],
  ['scipy.stats.levene(center="median")', 'levene_median', (a, b) => levene(a, b)],
  ['scipy.stats.ttest_ind(equal_var=False)', 'welch', (a, b) => welch(moments(a), moments(b))],
]

const onBins: [string, string, (a: number[], b: number[]) => Result][] = [
  ['scipy.stats.chi2_contingency', 'chi_squared_unpooled', (a, b) => chiSquared(a, b, { minExpected: 0 })],
  ['scipy.stats.chi2_contingency on pooled bins', 'chi_squared', (a, b) => chiSquared(a, b)],
  [
    'scipy.stats.chi2_contingency(lambda_="log-likelihood")',
    'g_unpooled',
    (a, b) => gTest(a, b, { minExpected: 0, isCorrected: false }),
  ],
  ['the same on pooled bins, with the factor of Williams', 'g', (a, b) => gTest(a, b)],
  ['Cramér and von Mises with ties', 'cramer_von_mises_counts', cramerVonMisesFromCounts],
  ['Kuiper with ties', 'kuiper_counts', kuiperFromCounts],
  ['scipy.stats.mannwhitneyu with ties', 'mann_whitney_counts', mannWhitneyFromCounts],
  ['scipy.stats.levene of positions', 'brown_forsythe_counts', (a, b) => brownForsytheFromCounts(a, b, positions)],
]

function expectSame(seen: Result, wanted: readonly number[], where: string, within = 1e-10): void {
  expect(distance(seen.statistic, wanted[0]!), `${where}, statistic`).toBeLessThan(1e-11)
  expect(Math.abs(seen.pValue - wanted[1]!), `${where}, p-value`).toBeLessThan(within)
  if (wanted[2] !== undefined) {
    expect(distance(seen.degreesOfFreedom ?? Number.NaN, wanted[2]), `${where}, degrees`).toBeLessThan(1e-12)
  }
}

describe('two-sample tests', () => {
  test('meet their reference on 60 pairs of samples', () => expect(cases.length).toBe(60))

  test.each(onValues)('on values equal %s', (_, name, measure) => {
    // SciPy leaves terms below 1e-7 out of the Cramér–von Mises tail; the tail has a test of its own below.
    const within = name === 'cramer_von_mises' ? 1e-7 : 1e-10
    for (const { a, b, expected } of cases) {
      expectSame(measure(numbers(a), numbers(b)), expected[name]!, `${JSON.stringify(a)} ${JSON.stringify(b)}`, within)
    }
  })

  test.each(onBins)('on bins equal %s', (_, name, measure) => {
    for (const { a, b, expected } of cases) {
      const counts = [histogram(numbers(a), edges), histogram(numbers(b), edges)] as const
      expectSame(measure(...counts), expected[name]!, JSON.stringify(counts))
    }
  })

  test('of two shares equals statsmodels.stats.proportion.proportions_ztest', () => {
    for (const [a, n, b, m, z, p] of shares) {
      expectSame(twoProportion(a!, n!, b!, m!), [z!, p!], `${a} of ${n}, ${b} of ${m}`)
    }
  })
})

describe('tails', () => {
  const tails = golden<{ chi_squared: number[][]; student: number[][]; omega_squared: number[][] }>('tails')

  test('of χ² equal scipy.stats.chi2.sf within a share of 1e-10, up to 100,000 degrees of freedom', () => {
    for (const [x, degrees, tail] of tails.chi_squared) {
      const seen = chiSquaredTail(x!, degrees!)
      // What is left far below any α is compared as a whole.
      expect(Math.abs(seen - tail!) / Math.max(tail!, 1e-250), `${x}, ${degrees}`).toBeLessThan(1e-10)
    }
  })

  test("of Student's t equal 2 scipy.stats.t.sf within a share of 1e-9", () => {
    for (const [t, degrees, tail] of tails.student) {
      const seen = studentTails(t!, degrees!)
      expect(Math.abs(seen - tail!) / tail!, `${t}, ${degrees}`).toBeLessThan(1e-9)
    }
  })

  test("of Cramér and von Mises' limit equal Anderson and Darling's series within 1e-13", () => {
    for (const [x, tail] of tails.omega_squared) {
      expect(Math.abs(cramerVonMisesTail(x!) - tail!), `${x}`).toBeLessThan(1e-13)
    }
  })
})
