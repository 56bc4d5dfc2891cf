import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normal, seededRng } from '../base/rng.ts'
import { fitLogistic } from './logistic-regression.ts'

function draw(rows: number, seed: number, slopes: readonly number[]) {
  const rng = seededRng(seed)
  const k = slopes.length
  const x = Float64Array.from({ length: rows * k }, () => normal(rng))
  const y = Float64Array.from({ length: rows }, (_, i) => {
    const eta = slopes.reduce((sum, slope, j) => sum + slope * x[i * k + j]!, 0.5)
    return rng() < 1 / (1 + Math.exp(-eta)) ? 1 : 0
  })
  return { x, k, y }
}

test('finds the relation that the labels were drawn from', () => {
  const { weights, intercept, predict } = fitLogistic(draw(20_000, 1, [1, -2, 0]), { l2: 1 })
  expect(weights[0]).toBeCloseTo(1, 1)
  expect(weights[1]).toBeCloseTo(-2, 1)
  expect(Math.abs(weights[2]!)).toBeLessThan(0.05)
  expect(intercept).toBeCloseTo(0.5, 1)
  expect(predict([0, 0, 0])).toBeCloseTo(1 / (1 + Math.exp(-intercept)), 12)
})

test('says the same in other units of a column, however far it is from 0', () => {
  const rows = draw(300, 2, [1, -1])
  const other = { ...rows, x: rows.x.map((value, at) => (at % 2 === 0 ? 1e9 + 1000 * value : value)) }
  const plain = fitLogistic(rows)
  const moved = fitLogistic(other)
  expect(moved.predict([1e9 + 700, 0.2])).toBeCloseTo(plain.predict([0.7, 0.2]), 5)
  expect(moved.weights[0]! * 1000).toBeCloseTo(plain.weights[0]!, 5)
})

test('a row of weight 2 is that row twice, one of weight 0 is none', () => {
  const rows = draw(60, 3, [1])
  const weights = Float64Array.from({ length: 60 }, (_, i) => i % 3)
  const index = [...weights].flatMap((weight, i) => Array<number>(weight).fill(i))
  const repeated = { k: 1, x: Float64Array.from(index, (i) => rows.x[i]!), y: index.map((i) => rows.y[i]!) }
  const weighted = fitLogistic({ ...rows, weights })
  const twice = fitLogistic(repeated)
  expect(weighted.weights[0]).toBeCloseTo(twice.weights[0]!, 8)
  expect(weighted.intercept).toBeCloseTo(twice.intercept, 8)
})

test('the mean probability of the rows it learned from is their share of ones', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0.01, max: 100, noNaN: true }), (seed, l2) => {
      const rows = draw(80, seed, [1, 1])
      const { predict } = fitLogistic(rows, { l2 })
      let said = 0
      let ones = 0
      for (let i = 0; i < 80; i++) {
        said += predict(rows.x.subarray(2 * i, 2 * i + 2))
        ones += rows.y[i]!
      }
      expect(said).toBeCloseTo(ones, 5)
    }),
    { seed: 5, numRuns: 30 },
  )
})

test('a stronger ridge means smaller coefficients', () => {
  const rows = draw(200, 4, [2])
  const size = (l2: number) => Math.abs(fitLogistic(rows, { l2 }).weights[0]!)
  expect(size(100)).toBeLessThan(size(10))
  expect(size(10)).toBeLessThan(size(0.1))
})

test('separable rows without a ridge end in finite numbers that order them', () => {
  const x = Float64Array.from({ length: 20 }, (_, i) => i - 9.5)
  const { predict, weights } = fitLogistic({ x, k: 1, y: Array.from(x, (v) => (v > 0 ? 1 : 0)) }, { l2: 0 })
  expect(Number.isFinite(weights[0])).toBe(true)
  expect(predict([-0.5])).toBeLessThan(0.5)
  expect(predict([0.5])).toBeGreaterThan(0.5)
})

test('a column that stands still or repeats another takes nothing and breaks nothing', () => {
  const rows = draw(200, 6, [1])
  const x = Float64Array.from({ length: 600 }, (_, at) => (at % 3 === 2 ? 1e9 : rows.x[Math.floor(at / 3)]!))
  const three = fitLogistic({ x, k: 3, y: rows.y }, { l2: 0 })
  const one = fitLogistic(rows, { l2: 0 })
  expect(three.weights[2]).toBe(0)
  expect(three.weights[0]! + three.weights[1]!).toBeCloseTo(one.weights[0]!, 6)
})

test('rows of one class give the smoothed odds of that class, and one row can be learned from', () => {
  const { weights, predict } = fitLogistic({ x: Float64Array.of(1, 2, 3), k: 1, y: [1, 1, 1] })
  expect(weights[0]).toBe(0)
  expect(predict([5])).toBeCloseTo(3.5 / 4, 12)
  expect(fitLogistic({ x: Float64Array.of(1), k: 1, y: [0] }).predict([1])).toBeCloseTo(0.25, 12)
})

test('refuses what it cannot learn from', () => {
  const x = Float64Array.of(1, 2)
  expect(() => fitLogistic({ x, k: 0, y: [0, 1] })).toThrow('k must be an integer >= 1; got 0')
  expect(() => fitLogistic({ x, k: 2, y: [0, 1] })).toThrow('2 x 2 numbers; got 2')
  expect(() => fitLogistic({ x: new Float64Array(0), k: 1, y: [] })).toThrow('got none')
  expect(() => fitLogistic({ x, k: 1, y: [0, 2] })).toThrow('row 1 is 2')
  expect(() => fitLogistic({ x: Float64Array.of(1, Infinity), k: 1, y: [0, 1] })).toThrow('row 1 holds Infinity')
  expect(() => fitLogistic({ x, k: 1, y: [0, 1], weights: [1] })).toThrow('got 1 for 2 rows')
  expect(() => fitLogistic({ x, k: 1, y: [0, 1], weights: [1, -1] })).toThrow('row 1 has -1')
  expect(() => fitLogistic({ x, k: 1, y: [0, 1], weights: [0, 0] })).toThrow('not all be 0')
  expect(() => fitLogistic({ x, k: 1, y: [0, 1] }, { l2: -1 })).toThrow('l2 must be >= 0; got -1')
  expect(() => fitLogistic({ x, k: 1, y: [0, 1] }, { maxIterations: 0 })).toThrow('got 0')
})

test('a column that does not vary gets no coefficient, also where its mean is not exact', () => {
  const { y } = draw(7, 5, [1])
  for (const value of [0.1, 1e9 + 0.1]) {
    const x = Float64Array.from({ length: 14 }, (_, at) => (at % 2 === 0 ? at : value))
    expect(fitLogistic({ x, k: 2, y: y.map((_, i) => (i < 3 ? 0 : 1)) }).weights[1]).toBe(0)
  }
})

test('a step that leaps too far is shortened: a rare flag whose rows are half ones', () => {
  // At the start every row has odds of 1 to 199, and Newton's step would make the flag's rows certain.
  const x = Float64Array.from({ length: 2000 }, (_, i) => (i < 20 ? 1 : 0))
  const y = Uint8Array.from({ length: 2000 }, (_, i) => (i < 10 ? 1 : 0))
  const { predict } = fitLogistic({ x, k: 1, y }, { l2: 1e-6 })
  expect(predict([1])).toBeCloseTo(0.5, 3)
  expect(predict([0])).toBeLessThan(0.001)
})
