import { describe, expect, test } from 'vitest'
import { psi } from '../../src/stats/distance/psi.ts'
import { histogram, quantileEdges } from '../../src/stats/histogram.ts'
import { kolmogorovTail } from '../../src/stats/hypothesis/kolmogorov.ts'
import { ksFromCounts, ksTwoSample } from '../../src/stats/hypothesis/ks.ts'
import { distance, golden } from './golden.ts'
import { type NumbersCase, numbers } from './streams.ts'

interface TwoSamples {
  readonly bins: number
  readonly smoothing: number
  readonly cases: readonly {
    readonly a: NumbersCase
    readonly b: NumbersCase
    readonly expected: {
      readonly ks: [number, number]
      readonly edges: number[]
      readonly counts: [number[], number[]]
      readonly ks_counts: [number, number]
      readonly psi: number
    }
  }[]
}

test("Kolmogorov's tail equals scipy.stats.kstwo.sf within 2e-11 on every branch", () => {
  const { cases } = golden<{ cases: [number, number, number][] }>('kolmogorov')
  expect(cases.length).toBeGreaterThan(200)
  for (const [n, d, tail] of cases) {
    expect(Math.abs(kolmogorovTail(n, d) - tail), `n = ${n}, d = ${d}`).toBeLessThan(2e-11)
  }
})

const { bins, smoothing, cases } = golden<TwoSamples>('two-samples')
const named = cases.map((c) => {
  const ties = c.a.step > 0 ? `ties of ${c.a.step}` : 'no ties'
  return [`${c.a.rows} v ${c.b.rows}, N(${c.b.mean}, ${c.b.sd}), ${ties}`, c] as const
})

describe.each(named)('two samples, %s', (_, { a, b, expected }) => {
  const [x, y] = [numbers(a), numbers(b)]

  test('the KS test equals scipy.stats.ks_2samp(method="asymp") within 1e-10', () => {
    const { statistic, pValue } = ksTwoSample(x, y)
    expect(Math.abs(statistic - expected.ks[0])).toBeLessThan(1e-14)
    expect(Math.abs(pValue - expected.ks[1])).toBeLessThan(1e-10)
  })

  test('quantile edges equal numpy.quantile(method="linear") within 1e-12', () => {
    const edges = quantileEdges(x, bins)
    expect(edges.length).toBe(expected.edges.length)
    for (const [i, edge] of edges.entries()) expect(distance(edge, expected.edges[i]!)).toBeLessThan(1e-12)
  })

  test('counts on those edges, KS and PSI from them equal the reference', () => {
    const [ofX, ofY] = [histogram(x, expected.edges), histogram(y, expected.edges)]
    expect([ofX, ofY]).toEqual(expected.counts)
    const { statistic, pValue } = ksFromCounts(ofX, ofY)
    expect(Math.abs(statistic - expected.ks_counts[0])).toBeLessThan(1e-14)
    expect(Math.abs(pValue - expected.ks_counts[1])).toBeLessThan(1e-10)
    expect(distance(psi(ofX, ofY, smoothing), expected.psi)).toBeLessThan(1e-12)
  })
})
