import { expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { type Column, frame } from '../../data/frame.ts'
import { profileRows } from '../../data/profile.ts'
import { learnLayout } from '../../data/profile-layout.ts'
import type { WatchedVersion, WindowView } from '../detector.ts'
import { ksDetector } from './ks.ts'

function numeric(name: string, rows: number, seed: number, shift = 0, share = 1): Column {
  const rng = seededRng(seed)
  const values = Float64Array.from({ length: rows }, () => (rng() < share ? shift + normal(rng) : Number.NaN))
  return { kind: 'numeric', name, values, missing: Uint8Array.from(values, (x) => (Number.isNaN(x) ? 1 : 0)) }
}

const colour: Column = {
  kind: 'categorical',
  name: 'colour',
  values: new Int32Array(500),
  missing: new Uint8Array(500),
  categories: ['red'],
}

function measure(reference: readonly Column[], current: readonly Column[], options: object = {}) {
  const training = frame(reference)
  const layout = learnLayout(training)
  const version = { reference: profileRows(training, layout) } as WatchedVersion
  const view = { profile: profileRows(frame(current), layout) } as WindowView
  return ksDetector.measure(null, version, view, ksDetector.config.parse({ detector: 'ks', ...options })).evidence
}

test('tests numeric features only, each at its share of alpha', () => {
  const pair = [numeric('a', 500, 1), numeric('b', 500, 2), colour]
  const shifted = [numeric('a', 500, 3, 1), numeric('b', 500, 4), colour]
  const seen = measure(pair, shifted)
  expect(seen.map((e) => e.subject)).toEqual(['a', 'b'])
  expect(seen).toMatchObject([
    { kind: 'p-value', alpha: 0.0005, alarm: true },
    { kind: 'p-value', alpha: 0.0005, alarm: false },
  ])
  expect(measure(pair, shifted, { bonferroni: false })).toMatchObject([{ alpha: 0.001 }, { alpha: 0.001 }])
})

test('missing rows are not values: too few of those are insufficient', () => {
  const sparse = numeric('a', 500, 3, 0, 0.05)
  const [seen] = measure([numeric('a', 500, 1)], [sparse])
  expect(seen).toMatchObject({ kind: 'insufficient', needRows: 50 })
  expect(seen?.rows).toBe(sparse.missing.reduce((values, gone) => values - gone, 500))
})

test('no numeric feature, no evidence', () => {
  expect(measure([colour], [colour])).toEqual([])
})

test('a feature that never varied has p-value 1, not NaN', () => {
  const constant: Column = { kind: 'numeric', name: 'a', values: new Float64Array(100), missing: new Uint8Array(100) }
  expect(measure([constant], [constant])).toMatchObject([{ statistic: 0, pValue: 1, alarm: false }])
})
