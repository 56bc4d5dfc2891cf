import { describe, expect, test } from 'vitest'
import { rankCorrelations } from '../../src/data/rank-correlations.ts'
import { surprisingCorrelation } from '../../src/stats/hypothesis/correlation-difference.ts'
import { fTail, oneWay } from '../../src/stats/hypothesis/one-way.ts'
import { distance, golden } from './golden.ts'
import { type NumbersCase, numbers } from './streams.ts'

interface OneWayFixture {
  readonly cases: readonly {
    readonly groups: readonly NumbersCase[]
    readonly expected: readonly [statistic: number, pValue: number, omegaSquared: number]
  }[]
  readonly tails: readonly (readonly [f: number, above: number, below: number, tail: number])[]
}

const fixture = golden<OneWayFixture>('one-way')

describe('one-way analysis of variance', () => {
  test.each(fixture.cases)('agrees with SciPy and NumPy on case %#', ({ groups, expected }) => {
    const values = groups.map((group) => numbers(group))
    const offset = groups[0]?.mean ?? 0
    const centred = values.map((group) => group.map((x) => x - offset))
    const sums = centred.map((group) => ({ rows: group.length, sum: group.reduce((sum, x) => sum + x, 0) }))
    const squares = centred.reduce((sum, group) => sum + group.reduce((inner, x) => inner + x * x, 0), 0)
    const seen = oneWay(sums, squares)
    expect(seen).not.toBeNull()
    const told = [seen?.statistic, seen?.pValue, seen?.omegaSquared].map((x) => x ?? Number.NaN)
    for (const [i, x] of told.entries()) expect(distance(x, expected[i] ?? Number.NaN)).toBeLessThan(1e-9)
  })

  test('has the tails of F as SciPy, also the far ones', () => {
    for (const [f, above, below, tail] of fixture.tails) {
      expect(Math.abs(fTail(f, above, below) - tail)).toBeLessThanOrEqual(1e-10 * tail + 1e-300)
    }
  })
})

interface CorrelationsFixture {
  readonly cases: readonly {
    readonly a: NumbersCase
    readonly b: NumbersCase
    readonly weight: number
    readonly expected: readonly [correlation: number, influence: number]
  }[]
  readonly changes: readonly (readonly [
    ...before: [number, number, number],
    ...now: [number, number, number],
    z: number,
    expected: number,
  ])[]
}

const correlations = golden<CorrelationsFixture>('correlations')

describe('rank correlation', () => {
  test.each(correlations.cases)('agrees with SciPy on case %#', ({ a, b, weight, expected }) => {
    const x = numbers(a)
    const noise = numbers(b)
    const y = x.map((value, row) => weight * value + (noise[row] ?? Number.NaN))
    const columns = [x, y].map((values, i) => ({
      kind: 'numeric' as const,
      name: `x${i}`,
      values,
      missing: new Uint8Array(values.length),
    }))
    const [seen] = rankCorrelations(columns)
    expect(seen?.rows).toBe(a.rows)
    expect(distance(seen?.correlation ?? Number.NaN, expected[0])).toBeLessThan(1e-9)
    expect(distance(seen?.influence ?? Number.NaN, expected[1])).toBeLessThan(1e-9)
  })

  test('changes by as much as NumPy says before it surprises', () => {
    for (const [r, n, k, s, m, l, z, expected] of correlations.changes) {
      const before = { correlation: r, rows: n, influence: k }
      const seen = surprisingCorrelation(before, { correlation: s, rows: m, influence: l }, z)
      expect(distance(seen, expected)).toBeLessThan(1e-9)
    }
  })
})
