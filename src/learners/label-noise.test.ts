import { performance } from 'node:perf_hooks'
import { expect, test } from 'vitest'
import { type Rng, seededRng } from '../base/rng.ts'
import { type Anchors, type AnchorTask, measureAnchors } from './anchors.ts'
import { type LabelNoise, labelNoise } from './label-noise.ts'
import type { BinnedFeature } from './naive-bayes.ts'

const BINARY: AnchorTask = { kind: 'binary' }

interface World {
  readonly rows: number
  readonly features: number
  /** P(class 1) of a row whose bins sum to `sum` of `most`. */
  readonly chance: (sum: number, most: number) => number
  readonly harm?: (label: number, rng: Rng) => number
}

function slice({ rows, features, chance, harm }: World, seed: number) {
  const rng = seededRng(seed)
  const columns = Array.from({ length: features }, () =>
    Uint16Array.from({ length: rows }, () => Math.floor(rng() * 10)),
  )
  const labels = Float64Array.from({ length: rows }, (_, row) => {
    const sum = columns.reduce((all, column) => all + (column[row] as number), 0)
    const label = rng() < chance(sum, 9 * features) ? 1 : 0
    return harm ? harm(label, rng) : label
  })
  const binned: BinnedFeature[] = columns.map((codes) => ({ codes, bins: 11 }))
  return { features: binned, labels }
}

function anchorsOf(world: World, seed: number): Anchors {
  return measureAnchors({ task: BINARY, ...slice(world, seed) }, seededRng(seed + 1e6))
}

function measured(noise: LabelNoise) {
  if (noise.kind !== 'measured') throw new Error(noise.because)
  return noise
}

/** Base rate about .2, AUC about .7: as hard as telling which flights are late. */
const HARD: World = { rows: 2000, features: 4, chance: (sum, most) => 0.55 * (sum / most) ** 2 + 0.03 }
const EASY: World = { rows: 2000, features: 4, chance: (sum, most) => (sum > most / 2 ? 1 : 0) }
const flip = (share: number) => (label: number, rng: Rng) => (rng() < share ? 1 - label : label)
const references = (world: World) => Array.from({ length: 12 }, (_, i) => anchorsOf(world, i + 1))

test('the flipped share is measured within its error on an easy and on a hard task', () => {
  for (const world of [HARD, EASY]) {
    const trusted = references(world)
    for (const share of [0, 0.2, 0.3, 0.4]) {
      const noise = measured(labelNoise(trusted, anchorsOf({ ...world, harm: flip(share) }, 99)))
      expect(Math.abs(noise.current - share)).toBeLessThan(Math.max(0.03, 3 * noise.standardError))
      expect(noise.rows).toBe(2000)
    }
  }
})

test('the old rule upside down is a new rule, not noise', () => {
  for (const world of [HARD, EASY]) {
    const noise = measured(labelNoise(references(world), anchorsOf({ ...world, harm: (label) => 1 - label }, 99)))
    expect(noise.current).toBeLessThan(0.1)
  }
})

test('a hard day on which twice as many rows are positive is not noise', () => {
  const storm: World = { ...HARD, chance: (sum, most) => 2 * HARD.chance(sum, most) }
  const noise = measured(labelNoise(references(HARD), anchorsOf(storm, 99)))
  expect(noise.current - 3 * noise.standardError).toBeLessThan(0.03)
})

test('flips of one class show on an easy task', () => {
  const harm = (label: number, rng: Rng) => (label === 0 && rng() < 0.4 ? 1 : label)
  const noise = measured(labelNoise(references(EASY), anchorsOf({ ...EASY, harm }, 99)))
  expect(noise.current).toBeGreaterThan(0.12)
})

test('labels that nobody can predict are insufficient, not clean', () => {
  const coin: World = { ...HARD, chance: () => 0.3 }
  const noise = labelNoise(references(coin), anchorsOf(coin, 99))
  expect(noise).toMatchObject({ kind: 'insufficient', because: expect.stringContaining('cannot be predicted') })
})

test('too few labelled rows on either side are insufficient', () => {
  const small = anchorsOf({ ...HARD, rows: 399 }, 5)
  expect(small).toEqual({ kind: 'insufficient', haveRows: 399, needRows: 400 })
  expect(labelNoise(references(HARD), small)).toMatchObject({ kind: 'insufficient', haveRows: 399, needRows: 400 })
  expect(labelNoise([small], anchorsOf(HARD, 6))).toMatchObject({ kind: 'insufficient', haveRows: 399 })
  expect(labelNoise([], anchorsOf(HARD, 6)).kind).toBe('insufficient')
})

test('rows without a label are left out', () => {
  const { features, labels } = slice(EASY, 3)
  labels.fill(Number.NaN, 0, 500)
  expect(measureAnchors({ task: BINARY, features, labels }, seededRng(1))).toMatchObject({
    rows: 1500,
    anchorRows: 300,
  })
})

test('the same seed gives the same anchors and the labels stay as they were', () => {
  const { features, labels } = slice(HARD, 3)
  const before = labels.slice()
  const once = measureAnchors({ task: BINARY, features, labels }, seededRng(1))
  expect(measureAnchors({ task: BINARY, features, labels }, seededRng(1))).toEqual(once)
  expect(labels).toEqual(before)
})

test('shuffled values of a regression are seen as flips across the median', () => {
  const regression = (seed: number, shuffled: number): Anchors => {
    const rng = seededRng(seed + 500)
    const { features } = slice(EASY, seed)
    const labels = Float64Array.from({ length: 2000 }, (_, row) =>
      features.reduce((all, { codes }) => all + (codes[row] as number), rng()),
    )
    for (let row = 0; row < shuffled * 2000; row++) labels[row] = rng() * 36
    return measureAnchors({ task: { kind: 'regression' }, features, labels }, rng)
  }
  const trusted = Array.from({ length: 8 }, (_, i) => regression(i + 1, 0))
  expect(measured(labelNoise(trusted, regression(50, 0))).current).toBeLessThan(0.03)
  expect(measured(labelNoise(trusted, regression(50, 0.6))).current).toBeGreaterThan(0.2)
})

test('with three classes flips to any other class are measured', () => {
  const three = (seed: number, share: number): Anchors => {
    const { features } = slice(EASY, seed)
    const rng = seededRng(seed + 500)
    const labels = Float64Array.from({ length: 2000 }, (_, row) => {
      const first = Math.min(2, Math.floor(((features[0] as BinnedFeature).codes[row] as number) / 3.4))
      return rng() < share ? (first + 1 + Math.floor(2 * rng())) % 3 : first
    })
    return measureAnchors({ task: { kind: 'multiclass', classes: ['a', 'b', 'c'] }, features, labels }, rng)
  }
  const trusted = [three(1, 0), three(2, 0), three(3, 0)]
  expect(measured(labelNoise(trusted, three(9, 0))).current).toBeLessThan(0.02)
  expect(measured(labelNoise(trusted, three(9, 0.3))).current).toBeCloseTo(0.3, 1)
})

test('a slice of 4,000 rows and 8 features takes less than 60 ms', () => {
  const world = slice({ ...HARD, rows: 4000, features: 8 }, 1)
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 5; i++) {
    const started = performance.now()
    measureAnchors({ task: BINARY, ...world }, seededRng(i))
    best = Math.min(best, performance.now() - started)
  }
  expect(best).toBeLessThan(60)
})

test('eight trusted slices that differ among themselves widen the error; seven are too few to tell', () => {
  const one = (rate: number): Anchors => {
    const both = { prior: 0.5, rate }
    return { kind: 'measured', rows: 500_000, anchorRows: 100_000, classes: [both, both] }
  }
  const trusted = Array.from({ length: 8 }, (_, i) => one(i % 2 === 0 ? 0.02 : 0.12))
  const error = (references: readonly Anchors[]) => measured(labelNoise(references, one(0.07))).standardError
  expect(error(trusted.slice(1))).toBeLessThan(0.001)
  // Half of them lie .05 above, half .05 below: 1.4826 · .05 / (1 − .14).
  expect(error(trusted)).toBeCloseTo((1.4826 * 0.05) / 0.86, 6)
})
