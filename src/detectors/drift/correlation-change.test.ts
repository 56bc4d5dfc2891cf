import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { expect, test } from 'vitest'
import { alarmsOf, distanceOf, flagsColumn, numbersColumn, watchedOn } from '../../../test/support/watched-columns.ts'
import { normal, type Rng, seededRng } from '../../base/rng.ts'
import { correlationChangeDetector } from './correlation-change.ts'

type Row = (rng: Rng) => readonly number[]

function columnsOf(row: Row, rows: number, seed: number) {
  const rng = seededRng(seed)
  const drawn = Array.from({ length: rows }, () => row(rng))
  return (drawn[0] ?? []).map((_, at) =>
    numbersColumn(
      `x${at}`,
      drawn.map((values) => values[at] ?? Number.NaN),
    ),
  )
}

function measure(before: Row, now: Row, { rows = 500, seed = 1, ...options }: Readonly<Record<string, number>> = {}) {
  const { version, view } = watchedOn(columnsOf(before, 1000, seed))
  const config = correlationChangeDetector.config.parse({ detector: 'correlation-change', ...options })
  const state = correlationChangeDetector.start(version, config)
  return correlationChangeDetector.measure(state, version, view(columnsOf(now, rows, seed + 1e6)), config).evidence
}

const apart: Row = (rng) => [normal(rng), normal(rng), normal(rng)]
const together: Row = (rng) => {
  const x = normal(rng)
  return [x, x + normal(rng), normal(rng)]
}

test('the pair that changed is named, whichever way', () => {
  const [seen, ...others] = measure(apart, together)
  expect(seen).toMatchObject({ subject: 'x0 × x1', unit: 'correlation', alarm: true })
  // Spearman of a normal pair of correlation √½: 6/π · asin(√½ / 2).
  expect(Math.abs(distanceOf(seen) - 0.69)).toBeLessThan(0.1)
  expect(others).toEqual([])
  expect(alarmsOf(measure(together, apart))).toEqual(['x0 × x1'])
})

test('without an alarm the largest change is told, and no other', () => {
  const seen = measure(apart, apart)
  expect(seen.length).toBe(1)
  expect(alarmsOf(seen)).toEqual([])
  expect(measure(apart, together, { minChange: 0.9 })).toMatchObject([{ subject: 'x0 × x1', alarm: false }])
})

test('chance has two sides, and is shared by the pairs', () => {
  // Independent and normal: the error of a correlation on Fisher's scale is 1/√(n − 3).
  const limit = (pairs: number) => Math.tanh(-normalQuantile(0.001 / 2 / pairs, 0, 1) * Math.sqrt(1 / 997 + 1 / 497))
  const thresholdOf = (row: Row) => {
    const [seen] = measure(row, row, { minChange: 0 })
    return seen?.kind === 'distance' ? seen.threshold : Number.NaN
  }
  expect(Math.abs(thresholdOf(apart) / limit(3) - 1)).toBeLessThan(0.05)
  expect(Math.abs(thresholdOf((rng) => [normal(rng), normal(rng)]) / limit(1) - 1)).toBeLessThan(0.05)
})

test('a sure change below minChange is a trifle', () => {
  const weak: Row = (rng) => {
    const x = normal(rng)
    return [x, 0.2 * x + normal(rng)]
  }
  const pair: Row = (rng) => [normal(rng), normal(rng)]
  expect(alarmsOf(measure(pair, weak, { rows: 20_000, minChange: 0.3 }))).toEqual([])
  expect(alarmsOf(measure(pair, weak, { rows: 20_000, minChange: 0 }))).toEqual(['x0 × x1'])
})

test('features that are wild together but go nowhere together are steady in 200 lives', () => {
  // Both scale with a common wildness: Fisher's variance 1/n would be far too small.
  const wild: Row = (rng) => {
    const scale = Math.exp(2 * normal(rng))
    return [scale * normal(rng), scale * normal(rng)]
  }
  let wrong = 0
  for (let seed = 0; seed < 200; seed++) {
    if (
      alarmsOf(measure(wild, wild, { seed, alpha: 0.02, minChange: 0, rows: seed % 2 === 0 ? 100 : 1500 })).length > 0
    )
      wrong++
  }
  expect(wrong).toBeLessThanOrEqual(11)
})

test('only the first maxFeatures numbers are paired, and too few rows are insufficient', () => {
  const lateChange: Row = (rng) => {
    const x = normal(rng)
    return [normal(rng), x, x]
  }
  expect(alarmsOf(measure(apart, lateChange, { maxFeatures: 2 }))).toEqual([])
  expect(alarmsOf(measure(apart, lateChange))).toEqual(['x1 × x2'])
  expect(measure(apart, together, { rows: 99 })).toMatchObject([{ kind: 'insufficient', rows: 99, needRows: 100 }])
})

test('at most ten pairs are told', () => {
  const eight: Row = (rng) => Array.from({ length: 8 }, () => normal(rng))
  const one: Row = (rng) => new Array<number>(8).fill(normal(rng))
  expect(measure(eight, one).length).toBe(10)
})

test('a feature that is gone, and features that are no numbers, are no change', () => {
  const { version, view } = watchedOn([...columnsOf(apart, 300, 1), flagsColumn('f', new Array(300).fill(true))])
  const config = correlationChangeDetector.config.parse({ detector: 'correlation-change' })
  const state = correlationChangeDetector.start(version, config)
  const now = { ...view([...columnsOf(apart, 300, 2), flagsColumn('f', new Array(300).fill(true))]) }
  const gone = { ...now, features: { ...now.features, columns: now.features.columns.slice(2) } }
  expect(correlationChangeDetector.measure(state, version, gone, config).evidence).toMatchObject([
    { kind: 'insufficient' },
  ])
})
