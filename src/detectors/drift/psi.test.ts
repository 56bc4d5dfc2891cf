import { expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import { type Column, frame } from '../../data/frame.ts'
import { profileRows } from '../../data/profile.ts'
import { learnLayout } from '../../data/profile-layout.ts'
import type { WatchedVersion, WindowView } from '../detector.ts'
import { psiDetector } from './psi.ts'

function numeric(name: string, values: readonly number[]): Column {
  const missing = Uint8Array.from(values, (x) => (Number.isNaN(x) ? 1 : 0))
  return { kind: 'numeric', name, values: Float64Array.from(values), missing }
}

function categorical(name: string, codes: readonly number[], count: number): Column {
  const categories = Array.from({ length: count }, (_, code) => `c${code}`)
  return {
    kind: 'categorical',
    name,
    values: Int32Array.from(codes),
    missing: new Uint8Array(codes.length),
    categories,
  }
}

function measure(reference: Column, current: Column, options: object = {}) {
  const training = frame([reference])
  const layout = learnLayout(training)
  const version = { reference: profileRows(training, layout) } as WatchedVersion
  const view = { profile: profileRows(frame([current]), layout) } as WindowView
  return psiDetector.measure(null, version, view, psiDetector.config.parse({ detector: 'psi', ...options })).evidence[0]
}

const draw = (rows: number, seed: number) => Array.from({ length: rows }, seededRng(seed))

test('matches the formula worked by hand', () => {
  const half = [...Array(100).fill(0), ...Array(100).fill(1)]
  const quarter = [...Array(150).fill(0), ...Array(50).fill(1)]
  // Three bins (0, 1, missing), half a row added to each.
  const p = [100.5, 100.5, 0.5].map((x) => x / 201.5)
  const q = [150.5, 50.5, 0.5].map((x) => x / 201.5)
  const byHand = p.reduce((sum, pi, i) => sum + ((q[i] ?? 0) - pi) * Math.log((q[i] ?? 0) / pi), 0)
  const seen = measure(numeric('x', half), numeric('x', quarter))
  expect(seen).toMatchObject({ kind: 'distance', subject: 'x', rows: 200, alarm: true })
  expect(seen?.kind === 'distance' ? seen.value : Number.NaN).toBeCloseTo(byHand, 12)
})

test('values that go missing are drift', () => {
  const half = draw(500, 2).map((x, i) => (i % 2 === 0 ? Number.NaN : x))
  expect(measure(numeric('x', draw(500, 1)), numeric('x', half))).toMatchObject({ alarm: true })
})

test('a feature of 150 equally frequent categories does not drift by its number of categories', () => {
  const codes = (seed: number) => draw(400, seed).map((u) => Math.floor(150 * u))
  expect(measure(categorical('shop', codes(1), 150), categorical('shop', codes(2), 150))).toMatchObject({
    alarm: false,
  })
})

test('a flood of categories that were never seen is drift', () => {
  const known = draw(400, 1).map((u) => Math.floor(5 * u))
  const strange = draw(400, 2).map((u) => 5 + Math.floor(5 * u))
  expect(measure(categorical('shop', known, 5), categorical('shop', strange, 10))).toMatchObject({ alarm: true })
})

test('one row fewer than minRows is insufficient', () => {
  const few = numeric('x', draw(199, 1))
  expect(measure(numeric('x', draw(500, 2)), few)).toMatchObject({ kind: 'insufficient', rows: 199, needRows: 200 })
  expect(measure(numeric('x', draw(500, 2)), numeric('x', draw(200, 1)))).toMatchObject({ kind: 'distance' })
})

test('a feature without any value in the training rows can be compared', () => {
  const empty = Array<number>(300).fill(Number.NaN)
  expect(measure(numeric('x', empty), numeric('x', empty))).toMatchObject({ kind: 'distance', value: 0, alarm: false })
  expect(measure(numeric('x', empty), numeric('x', draw(300, 1)))).toMatchObject({ alarm: true })
})
