import { expect, test } from 'vitest'
import { newcombe } from '../../src/stats/interval/newcombe.ts'
import { golden } from './golden.ts'

type NewcombeCase = readonly [
  successesA: number,
  nA: number,
  successesB: number,
  nB: number,
  level: number,
  low: number,
  high: number,
]

test("equals statsmodels' confint_proportions_2indep(compare='diff', method='newcomb') within 1e-12", () => {
  for (const [successesA, nA, successesB, nB, level, low, high] of golden<{ cases: NewcombeCase[] }>('newcombe')
    .cases) {
    const { interval } = newcombe({ successes: successesA, n: nA }, { successes: successesB, n: nB }, level)
    const about = `${successesA} of ${nA} against ${successesB} of ${nB} at ${level}`
    expect(Math.abs(interval.low - low), about).toBeLessThan(1e-12)
    expect(Math.abs(interval.high - high), about).toBeLessThan(1e-12)
  }
})
