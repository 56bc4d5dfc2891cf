import { expect, test } from 'vitest'
import { normal, type Rng, seededRng } from '../base/rng.ts'
import { type Column, frame } from './frame.ts'
import { featureImportance } from './importance.ts'

function numeric(name: string, values: Float64Array): Column {
  return { kind: 'numeric', name, values, missing: Uint8Array.from(values, (x) => (Number.isNaN(x) ? 1 : 0)) }
}

function categorical(name: string, codes: readonly number[], count: number): Column {
  const categories = Array.from({ length: count }, (_, code) => `c${code}`)
  const missing = Uint8Array.from(codes, (code) => (code < 0 ? 1 : 0))
  return { kind: 'categorical', name, values: Int32Array.from(codes), missing, categories }
}

const draws = (rows: number, rng: Rng) => Float64Array.from({ length: rows }, () => normal(rng))
const shareOf = (column: Column, target: Float64Array) => featureImportance(frame([column]), target)[0]!

test('the share is that of the variance: 4 of 5 parts, 1 of 5, and nothing', () => {
  const rng = seededRng(1)
  const [a, b, c] = [draws(20_000, rng), draws(20_000, rng), draws(20_000, rng)]
  const target = a.map((x, row) => 2 * x + b[row]!)
  const seen = featureImportance(frame([numeric('a', a), numeric('b', b), numeric('c', c)]), target)
  expect(seen.map(({ feature }) => feature)).toEqual(['a', 'b', 'c'])
  // Ten bins see about 95 % of a straight line's variance.
  expect(seen[0]!.share).toBeGreaterThan(0.72)
  expect(seen[0]!.share).toBeLessThan(0.8)
  expect(seen[1]!.share).toBeGreaterThan(0.17)
  expect(seen[1]!.share).toBeLessThan(0.21)
  expect(seen[2]).toEqual({ feature: 'c', share: 0, matters: false, rows: 20_000 })
})

test('a curve without slope is seen; an effect that only another feature turns round is not', () => {
  const rng = seededRng(2)
  const x = draws(5000, rng)
  expect(
    shareOf(
      numeric('x', x),
      x.map((v) => v * v),
    ).share,
  ).toBeGreaterThan(0.5)
  const other = draws(5000, rng)
  expect(
    shareOf(
      numeric('x', x),
      x.map((v, row) => Math.sign(v * other[row]!)),
    ),
  ).toMatchObject({ share: 0 })
})

test('categories, yes and no, and gaps explain too', () => {
  const rng = seededRng(3)
  const codes = Array.from({ length: 4000 }, () => Math.floor(rng() * 4))
  const target = Float64Array.from(codes, (code) => (code === 2 ? 1 : 0))
  expect(shareOf(categorical('c', codes, 4), target).share).toBeCloseTo(1, 6)
  const yes: Column = {
    kind: 'boolean',
    name: 'b',
    values: Uint8Array.from(codes, (code) => (code === 2 ? 1 : 0)),
    missing: new Uint8Array(4000),
  }
  expect(shareOf(yes, target).share).toBeCloseTo(1, 6)
  const gaps = draws(4000, rng).map((x, row) => (codes[row] === 2 ? Number.NaN : x))
  expect(shareOf(numeric('g', gaps), target).share).toBeGreaterThan(0.99)
})

test('a column that is mostly one value still has bins for the others', () => {
  const rng = seededRng(4)
  const x = Float64Array.from({ length: 5000 }, () => (rng() < 0.97 ? 0 : 1 + rng()))
  expect(shareOf(numeric('x', x), x).share).toBeGreaterThan(0.9)
})

test('hundreds of categories that mean nothing explain nothing', () => {
  let flagged = 0
  for (let seed = 0; seed < 300; seed++) {
    const rng = seededRng(seed)
    const codes = Array.from({ length: 1500 }, () => Math.floor(rng() * rng() * 400))
    const target = Float64Array.from(codes, () => (rng() < 0.03 ? 1 : 0))
    const seen = shareOf(categorical('c', codes, 400), target)
    if (seen.matters) flagged++
    else expect(seen.share).toBe(0)
  }
  expect(flagged).toBeLessThanOrEqual(9)
})

test('of twenty features that mean nothing any one is flagged in at most 1 of 100 files', () => {
  let flagged = 0
  for (let seed = 0; seed < 200; seed++) {
    const rng = seededRng(1000 + seed)
    const columns = Array.from({ length: 20 }, (_, i) => numeric(`x${i}`, draws(400, rng)))
    const target = draws(400, rng).map((x) => Math.exp(2 * x))
    if (featureImportance(frame(columns), target).some(({ matters }) => matters)) flagged++
  }
  expect(flagged).toBeLessThanOrEqual(7)
})

test('an effect below a thousandth of the variance is a trifle, however sure', () => {
  const rng = seededRng(5)
  const x = draws(100_000, rng)
  const weak = x.map((v) => 0.02 * v + normal(rng))
  expect(shareOf(numeric('x', x), weak)).toEqual({ feature: 'x', share: 0, matters: false, rows: 100_000 })
  expect(
    shareOf(
      numeric('x', x),
      x.map((v) => 0.06 * v + normal(rng)),
    ).matters,
  ).toBe(true)
})

test('rows without a target take no part, and a large offset or a constant changes nothing', () => {
  const rng = seededRng(6)
  const x = draws(3000, rng)
  const target = x.map((v, row) => (row % 3 === 0 ? Number.NaN : row % 3 === 1 ? v : Number.POSITIVE_INFINITY))
  const seen = shareOf(numeric('x', x), target)
  expect(seen.rows).toBe(1000)
  expect(seen.share).toBeGreaterThan(0.9)
  expect(
    shareOf(
      numeric('x', x),
      target.map((v) => v + 1e9),
    ).share,
  ).toBeCloseTo(seen.share, 6)
  expect(shareOf(numeric('x', x), new Float64Array(3000).fill(1e9 + 0.1))).toMatchObject({ share: 0, matters: false })
  expect(shareOf(numeric('x', new Float64Array(3000).fill(7)), target)).toMatchObject({ share: 0, matters: false })
})

test('infinite values, no rows, and a column without any value are answered with 0', () => {
  const rng = seededRng(7)
  const x = draws(1000, rng).map((v) => (v > 1 ? Number.POSITIVE_INFINITY : v < -1 ? Number.NEGATIVE_INFINITY : v))
  expect(
    shareOf(
      numeric('x', x),
      x.map((v) => (v > 0 ? 1 : 0)),
    ).share,
  ).toBeGreaterThan(0.9)
  expect(shareOf(numeric('x', new Float64Array(0)), new Float64Array(0))).toMatchObject({ share: 0, rows: 0 })
  const empty = new Float64Array(100).fill(Number.NaN)
  expect(shareOf(numeric('x', empty), draws(100, rng))).toMatchObject({ share: 0, matters: false })
})

test('of more rows than are read an even spread is taken', () => {
  const rng = seededRng(8)
  const x = draws(250_000, rng)
  // Only the last fifth of the rows depends on x: a head of 100,000 rows would not see it.
  const target = x.map((v, row) => (row < 200_000 ? normal(rng) : 3 * v))
  const seen = shareOf(numeric('x', x), target)
  expect(seen.rows).toBe(100_000)
  // .6² of .8 + .2 · 9.
  expect(seen.share).toBeGreaterThan(0.12)
  expect(seen.share).toBeLessThan(0.15)
})

test('time columns have no line; wrong lengths and bins are refused', () => {
  const time: Column = { kind: 'time', name: 't', values: new Float64Array(5), missing: new Uint8Array(5) }
  const x = numeric('x', new Float64Array(5))
  expect(featureImportance(frame([time, x]), new Float64Array(5)).map(({ feature }) => feature)).toEqual(['x'])
  expect(() => featureImportance(frame([x]), new Float64Array(4))).toThrow('5 rows have 4 targets')
  for (const bins of [1, 101, 2.5]) expect(() => featureImportance(frame([x]), new Float64Array(5), { bins })).toThrow()
})

test('of a column that is mostly one value, what the others say is not lost', () => {
  const rng = seededRng(31)
  const x = Float64Array.from({ length: 6000 }, () => (rng() < 0.85 ? 0 : 1 + 99 * rng()))
  // Rising and falling among the rare values: all of them together are worth as much as zero.
  const target = x.map((value) => (value === 0 ? 0 : value > 50 ? 1 : -1))
  expect(shareOf(numeric('x', x), target).share).toBeGreaterThan(0.8)
})
