import { describe, expect, test } from 'vitest'
import { seededRng } from '../../src/base/rng.ts'
import { benjaminiHochberg } from '../../src/stats/multiplicity/benjamini-hochberg.ts'
import { lnMcnemarMixture } from '../../src/stats/sequential/mcnemar-mixture.ts'
import { distance, golden } from './golden.ts'

interface HochbergCase {
  readonly seed: number
  readonly rows: number
  readonly power: number
  readonly step: number
  readonly q: number
  readonly expected: { readonly adjusted: readonly number[]; readonly rejected: readonly boolean[] }
}

function pValues({ seed, rows, power, step }: HochbergCase): number[] {
  const rng = seededRng(seed)
  return Array.from({ length: rows }, () => {
    const uniform = rng()
    let value = uniform
    for (let i = 1; i < power; i++) value *= uniform
    return step > 0 ? Math.floor(value / step) * step : value
  })
}

describe.each(golden<{ cases: HochbergCase[] }>('benjamini-hochberg').cases.map((c) => [c.rows, c.q, c] as const))(
  '%d p-values at q = %d',
  (_rows, q, fixture) => {
    test("have the adjusted p-values and rejections of statsmodels' multipletests(method='fdr_bh')", () => {
      const { adjusted, rejected } = benjaminiHochberg(pValues(fixture), q)
      for (const [i, wanted] of fixture.expected.adjusted.entries()) {
        expect(Math.abs(adjusted[i]! - wanted)).toBeLessThan(1e-12)
      }
      expect(rejected).toEqual(fixture.expected.rejected)
    })
  },
)

test("ln E of the McNemar mixture equals the one from SciPy's incomplete beta within 1e-9", () => {
  const { cases } = golden<{ cases: [number, number, number][] }>('mcnemar-mixture')
  for (const [wins, losses, lnE] of cases) {
    expect(distance(lnMcnemarMixture(wins, losses), lnE), `${wins} wins, ${losses} losses`).toBeLessThan(1e-9)
  }
})
