import { expect, test } from 'vitest'
import { type Column, frame } from '../../../data/frame.ts'
import { type ColumnProfile, profileRows } from '../../../data/profile.ts'
import { learnLayout } from '../../../data/profile-layout.ts'
import { columnDistance, DISTANCE_IDS, type DistanceId } from './distances.ts'

function numeric(values: readonly number[]): Column {
  const missing = Uint8Array.from(values, (x) => (Number.isNaN(x) ? 1 : 0))
  return { kind: 'numeric', name: 'x', values: Float64Array.from(values), missing }
}

function categorical(codes: readonly number[], count: number): Column {
  const categories = Array.from({ length: count }, (_, code) => `c${code}`)
  return {
    kind: 'categorical',
    name: 'x',
    values: Int32Array.from(codes),
    missing: new Uint8Array(codes.length),
    categories,
  }
}

function profiles(reference: Column, current: Column): [ColumnProfile, ColumnProfile] {
  const layout = learnLayout(frame([reference]))
  const of = (column: Column) => profileRows(frame([column]), layout).columns[0] as ColumnProfile
  return [of(reference), of(current)]
}

function measured(id: DistanceId, reference: Column, current: Column): number {
  const [a, b] = profiles(reference, current)
  const { binned, measure } = columnDistance(id, a)
  return measure(binned(a), binned(b))
}

const times = (rows: number, value: number) => Array<number>(rows).fill(value)
const half = numeric([...times(100, 0), ...times(100, 1)])
const quarter = numeric([...times(150, 0), ...times(50, 1)])

test('each distance of (½, ½) from (¾, ¼) is the one worked by hand', () => {
  const wanted: Record<DistanceId, number> = {
    ks: 0.25,
    kuiper: 0.25,
    'total-variation': 0.25,
    // Ranks of the two values are ¼ and ¾: a quarter of the rows moves by a half.
    wasserstein: 0.125,
    energy: Math.sqrt(2 * 0.25 ** 2 * 0.5),
    // The mean shares beside the only edge are 5/8 and 3/8.
    'cramer-von-mises': 0.5 * 0.25 ** 2,
    hellinger: Math.sqrt(1 - Math.sqrt(0.375) - Math.sqrt(0.125)),
    'jensen-shannon': Math.sqrt(
      (0.5 * Math.log2(0.5 / 0.625) +
        0.5 * Math.log2(0.5 / 0.375) +
        0.75 * Math.log2(0.75 / 0.625) +
        0.25 * Math.log2(0.25 / 0.375)) /
        2,
    ),
    psi: 0.27,
  }
  for (const id of DISTANCE_IDS) {
    expect(measured(id, half, quarter), id).toBeCloseTo(wanted[id], id === 'psi' ? 2 : 12)
    expect(measured(id, half, half), id).toBe(0)
  }
})

test('rows that go missing are seen by every distance', () => {
  const gaps = numeric([...times(100, 0), ...times(60, 1), ...times(40, Number.NaN)])
  for (const id of DISTANCE_IDS) expect(measured(id, half, gaps), id).toBeGreaterThan(0.01)
  // A fifth of the rows moves from rank ¾ to 2.
  expect(measured('wasserstein', half, gaps)).toBeCloseTo(0.25, 12)
  expect(measured('ks', half, gaps)).toBeCloseTo(0.2, 12)
})

test('categories have no order: what needs one becomes the total variation, whatever their numbers', () => {
  const before = categorical([...times(50, 0), ...times(30, 1), ...times(20, 2)], 3)
  const after = categorical([...times(20, 0), ...times(30, 1), ...times(50, 2)], 3)
  for (const id of ['ks', 'kuiper', 'wasserstein', 'energy', 'cramer-von-mises', 'total-variation'] as const) {
    expect(measured(id, before, after), id).toBeCloseTo(0.3, 12)
  }
  expect(columnDistance('wasserstein', profiles(before, after)[0])).toMatchObject({ unit: 'share', customary: 0.1 })
})

test('of many categories the rarer ones share a bin', () => {
  const many = categorical(
    Array.from({ length: 600 }, (_, i) => i % 150),
    150,
  )
  const [profile] = profiles(many, many)
  expect(columnDistance('psi', profile).binned(profile).length).toBe(11)
})

test('a unit makes no difference, nor does a column without any value', () => {
  const values = Array.from({ length: 200 }, (_, i) => i * i)
  const other = values.map((x) => x * 0.8 + 5)
  for (const id of DISTANCE_IDS) {
    const plain = measured(id, numeric(values), numeric(other))
    const large = measured(id, numeric(values.map((x) => 1e9 * x)), numeric(other.map((x) => 1e9 * x)))
    expect(large, id).toBeCloseTo(plain, 9)
    const empty = numeric(times(50, Number.NaN))
    expect(measured(id, empty, empty), id).toBe(0)
    expect(measured(id, empty, numeric(values)), id).toBeGreaterThan(0)
  }
})

test('of fifteen categories the nine most frequent keep a bin, the others share one, and no row is lost', () => {
  const column = categorical(Array.from({ length: 15 }, (_, code) => times(20 - code, code)).flat(), 15)
  const [a] = profiles(column, column)
  expect([...columnDistance('psi', a).binned(a)]).toEqual([20, 19, 18, 17, 16, 15, 14, 13, 12, 51, 0])
})
