import { describe, expect, test } from 'vitest'
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
