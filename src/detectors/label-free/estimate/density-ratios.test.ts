import { describe, expect, test } from 'vitest'
import { normal, type Rng, seededRng } from '../../../base/rng.ts'
import { type Column, type Frame, frame } from '../../../data/frame.ts'
import { learnPatchLayout, patchCodes } from '../../performance/patch/layout.ts'
import { densityRatios, effectiveRows } from './density-ratios.ts'

function numbers(rows: number, mean: number, rng: Rng): Frame {
  const values = Float64Array.from({ length: rows }, () => mean + normal(rng))
  return frame([{ kind: 'numeric', name: 'x', values, missing: new Uint8Array(rows) }])
}

/** One of `of` categories a row, low ones more often: some are in one sample and not in another. */
function categories(rows: number, of: number, rng: Rng): Frame {
  const names = new Map<string, number>()
  const values = Int32Array.from({ length: rows }, () => {
    const name = `c${Math.floor(of * rng() ** 2)}`
    const code = names.get(name) ?? names.size
    names.set(name, code)
    return code
  })
  const column: Column = {
    kind: 'categorical',
    name: 'x',
    values,
    missing: new Uint8Array(rows),
    categories: [...names.keys()],
  }
  return frame([column])
}

/** Weights of 1500 labelled rows for a window of 600, on bins that a third sample has set: the rows trained on. */
function weigh(draw: (rows: number, rng: Rng) => Frame, drawWindow = draw, seed = 1) {
  const rng = seededRng(seed)
  const training = draw(2000, rng)
  const layout = learnPatchLayout(training, new Float64Array(2000), { kind: 'regression' }, rng)
  const known = draw(1500, rng)
  const window = drawWindow(600, rng)
  return { known, weights: densityRatios(patchCodes(known, layout), patchCodes(window, layout), 1) }
}

describe('rows that have not moved', () => {
  test.each([1, 2, 3])('all count alike, also where a feature is a long list of categories (seed %i)', (seed) => {
    for (const of of [3, 300, 3000]) {
      const { weights } = weigh((rows, rng) => categories(rows, of, rng), undefined, seed)
      expect(weights.length).toBe(1500)
      expect(effectiveRows(weights)).toBeGreaterThan(1400)
      expect(weights.reduce((sum, w) => sum + w, 0) / 1500).toBeCloseTo(1, 1)
    }
  })
})

test('many features of few rows are uneven by chance: that costs rows, and weights keep their mean', () => {
  const rng = seededRng(4)
  const codes = (rows: number) => Uint8Array.from({ length: 12 * rows }, () => Math.floor(8 * rng()))
  const weightsFor = (rows: number) => densityRatios(codes(1500), codes(rows), 12)
  const [few, many] = [weightsFor(50), weightsFor(600)]
  expect(effectiveRows(few)).toBeLessThan(500)
  expect(effectiveRows(few)).toBeGreaterThan(200)
  expect(effectiveRows(many)).toBeGreaterThan(1000)
  for (const weights of [few, many]) {
    expect(Math.abs(weights.reduce((sum, w) => sum + w, 0) / 1500 - 1)).toBeLessThan(0.15)
  }
})

test('a row counts as often as rows like it occur in the window', () => {
  const { known, weights } = weigh(
    (rows, rng) => numbers(rows, 0, rng),
    (rows, rng) => numbers(rows, 0.7, rng),
  )
  const [x] = known.columns
  const mean = (isIn: (value: number) => boolean) => {
    const picked = [...weights].filter((_, row) => isIn(x?.kind === 'numeric' ? (x.values[row] as number) : 0))
    return picked.reduce((sum, w) => sum + w, 0) / picked.length
  }
  // Below −1: Φ(−1.7)/Φ(−1) = .28; above 1: (1 − Φ(.3))/(1 − Φ(1)) = 2.41; all together 1.
  expect(Math.abs(mean((value) => value < -1) - 0.28)).toBeLessThan(0.12)
  expect(Math.abs(mean((value) => value > 1) - 2.41)).toBeLessThan(0.4)
  expect(Math.abs(mean(() => true) - 1)).toBeLessThan(0.1)
  expect(effectiveRows(weights)).toBeLessThan(1200)
})

test('no row counts for more than twenty', () => {
  const known = new Uint8Array(1000)
  known[0] = 5
  const weights = densityRatios(known, new Uint8Array(1000).fill(5), 1)
  expect(weights[0]).toBe(20)
  expect(weights[1]).toBeGreaterThan(0)
  expect(weights[1]).toBeLessThan(0.1)
})

test('of equal weights each row counts; of weights that differ the larger ones decide', () => {
  expect(effectiveRows(new Float64Array(50).fill(3))).toBeCloseTo(50, 9)
  expect(effectiveRows(Float64Array.of(1, 1, 2))).toBeCloseTo(16 / 6, 9)
  expect(effectiveRows(Float64Array.of(0, 0))).toBe(0)
})
