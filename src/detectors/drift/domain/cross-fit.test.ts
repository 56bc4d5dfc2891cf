import { expect, test } from 'vitest'
import { seededRng } from '../../../base/rng.ts'
import { delong } from '../../../stats/interval/delong.ts'
import { crossFit, type TwoDomains } from './cross-fit.ts'

/** `features` columns of uniform codes below `bins`; where `isMoved`, half of the window's rows of it lie in bin 0. */
function draw(rows: number, features: number, bins: number, seed: number, isMoved: (f: number) => boolean): TwoDomains {
  const rng = seededRng(seed)
  const codes = Array.from({ length: features }, (_, f) =>
    Uint16Array.from({ length: 2 * rows }, (_row, row) => {
      const code = Math.floor(rng() * bins)
      return row >= rows && isMoved(f) && rng() < 0.5 ? 0 : code
    }),
  )
  return { codes, bins: codes.map(() => bins), referenceRows: rows, windowRows: rows }
}

const area = (domains: TwoDomains, folds = 5) => {
  const { labels, scores } = crossFit(domains, folds)
  return delong(labels, scores).auc
}

test('tells apart what differs, and not what could only be learned by heart', () => {
  expect(area(draw(400, 3, 10, 1, (f) => f === 1))).toBeGreaterThan(0.65)
  // 300 rows a side in 400 bins: a model judged on what it learned from would reach .8.
  let mean = 0
  for (let seed = 0; seed < 10; seed++) mean += area(draw(300, 3, 400, 50 + seed, () => false)) / 10
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.03)
})

test('the parts of a row add up to its score, and only what moved has one that differs', () => {
  const domains = draw(500, 3, 8, 2, (f) => f === 2)
  const { scores, parts, labels } = crossFit(domains, 4)
  for (const row of [0, 17, 499, 500, 999]) {
    expect(parts.reduce((sum, part) => sum + (part[row] ?? 0), 0)).toBeCloseTo(scores[row] ?? 0, 12)
  }
  const gap = (part: Float64Array) => part.reduce((sum, x, row) => sum + (labels[row] === 1 ? x : -x) / 500, 0)
  expect(gap(parts[2] ?? new Float64Array())).toBeGreaterThan(0.5)
  expect(Math.abs(gap(parts[0] ?? new Float64Array()))).toBeLessThan(0.05)
})

test('no row is judged by a model that learned from it', () => {
  const domains = draw(200, 2, 5, 3, (f) => f === 0)
  // The first of five folds of 200 rows in stretches of 10.
  const isFirst = (row: number) => row < 200 && row % 50 < 10
  const before = crossFit(domains, 5)
  const changed = domains.codes.map((code) => code.map((x, row) => (isFirst(row) ? 4 - x : x)))
  const after = crossFit({ ...domains, codes: changed }, 5)
  // Rows of that fold are scored by their codes alone: the same codes, the same score, whatever the fold holds.
  const scoreOf = (fitted: typeof before, codes: TwoDomains['codes']) => {
    const seen = new Map<string, number>()
    for (let row = 0; row < 200; row++) {
      if (isFirst(row)) seen.set(codes.map((code) => code[row]).join(), fitted.scores[row] ?? Number.NaN)
    }
    return seen
  }
  const known = scoreOf(before, domains.codes)
  let compared = 0
  for (const [codes, score] of scoreOf(after, changed)) {
    if (!known.has(codes)) continue
    expect(score).toBe(known.get(codes))
    compared++
  }
  expect(compared).toBeGreaterThan(5)
  expect(after.scores.subarray(10, 50)).not.toEqual(before.scores.subarray(10, 50))
})

test('of 60 features the one that moved is among the 50 that are used', () => {
  const { parts } = crossFit(
    draw(300, 60, 6, 4, (f) => f === 59),
    3,
  )
  expect(parts[59]?.some((x) => x > 0)).toBe(true)
  const unused = parts.filter((part) => part.subarray(0, 25).every((x) => x === 0)).length
  expect(unused).toBe(10)
})

test('features that never vary say nothing', () => {
  const domains = draw(50, 2, 1, 5, () => false)
  expect(crossFit(domains, 2).scores.every((x) => x === 0)).toBe(true)
})
