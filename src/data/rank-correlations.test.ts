import { expect, test } from 'vitest'
import { normal, seededRng } from '../base/rng.ts'
import type { NumericColumn } from './frame.ts'
import { rankCorrelations } from './rank-correlations.ts'

function column(name: string, values: Iterable<number>): NumericColumn {
  const all = Float64Array.from(values)
  return { kind: 'numeric', name, values: all, missing: Uint8Array.from(all, (x) => (Number.isNaN(x) ? 1 : 0)) }
}

const up = Array.from({ length: 50 }, (_, row) => row)

test('what rises together correlates fully, whatever the curve; what falls, with −1', () => {
  const [curve, fall] = rankCorrelations([
    column('a', up),
    column(
      'b',
      up.map((x) => Math.exp(x) - 1e9),
    ),
    column(
      'c',
      up.map((x) => (x === 49 ? Number.NEGATIVE_INFINITY : -x)),
    ),
  ])
  expect(curve?.correlation).toBeCloseTo(1, 12)
  expect(fall?.correlation).toBeCloseTo(-1, 12)
})

test('pairs come in order, on the rows that have both values', () => {
  const gappy = up.map((x) => (x % 5 === 0 ? Number.NaN : x))
  const seen = rankCorrelations([
    column('a', up),
    column('b', gappy),
    column(
      'c',
      up.map((x) => (x % 2 === 0 ? Number.NaN : x)),
    ),
  ])
  expect(seen.map((pair) => pair?.rows)).toEqual([40, 25, 20])
  expect(seen[0]?.correlation).toBeGreaterThan(0.999)
})

test('a column that does not vary, or three common rows, have no correlation', () => {
  expect(
    rankCorrelations([
      column('a', up),
      column(
        'b',
        up.map(() => 7),
      ),
    ]),
  ).toEqual([null])
  expect(rankCorrelations([column('a', [1, 2, 3]), column('b', [3, 1, 2])])).toEqual([null])
  expect(rankCorrelations([column('a', up)])).toEqual([])
})

test('of many rows an even spread is read', () => {
  const rng = seededRng(1)
  const x = Array.from({ length: 50_000 }, () => normal(rng))
  const late = x.map((value, row) => (row < 25_000 ? normal(rng) : value))
  const [seen] = rankCorrelations([column('a', x), column('b', late)])
  expect(seen?.rows).toBe(20_000)
  expect(seen?.correlation).toBeGreaterThan(0.4)
  expect(seen?.correlation).toBeLessThan(0.6)
})
