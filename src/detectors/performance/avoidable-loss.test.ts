import { describe, expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import { frame } from '../../data/frame.ts'
import type { Task } from '../../data/schema.ts'
import type { WatchedVersion, WindowView } from '../detector.ts'
import { avoidableLossDetector as detector } from './avoidable-loss.ts'

const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }
const REGRESSION: Task = { kind: 'regression' }
const DEFAULTS = detector.config.parse({ detector: 'avoidable-loss' })
const HALVES = detector.config.parse({ detector: 'avoidable-loss', halves: true })
const NO_PROFILE = { rows: 0, columns: [] }

/** One feature with the values 0 … 3 in turn. */
function featuresOf(rows: number) {
  const values = Float64Array.from({ length: rows }, (_, row) => row % 4)
  return frame([{ kind: 'numeric', name: 'x', values, missing: new Uint8Array(rows) }])
}

function versionOf(task: Task, scale = 1): WatchedVersion {
  const rng = seededRng(2)
  const labels = Float64Array.from({ length: 40 }, () => Math.floor(2 * rng()))
  return {
    task,
    reference: NO_PROFILE,
    referenceWindows: [],
    training: { features: featuresOf(40), labels },
    scale,
    seed: 1,
  }
}

/** A window in which the champion says `says` of every row and the labels are what `label` gives a row. */
function view(window: number, rows: number, label: (row: number) => number, says = 0.1): WindowView {
  return {
    window,
    profile: NO_PROFILE,
    features: featuresOf(rows),
    labels: Float64Array.from({ length: rows }, (_, row) => label(row)),
    scores: new Float32Array(rows).fill(says),
  }
}

/** Evidence of each window in turn. */
function watch(version: WatchedVersion, views: readonly WindowView[], config = DEFAULTS) {
  let state = detector.start(version, config)
  return views.map((one) => {
    const seen = detector.measure(state, version, one, config)
    state = seen.state
    return seen.evidence[0]
  })
}

const always = (value: number) => () => value
const binary = versionOf(BINARY)

describe("a version's life", () => {
  test('begins with a window that only fills', () => {
    const [first, second] = watch(binary, [view(0, 100, always(1)), view(1, 100, always(1))])
    expect(first).toMatchObject({ kind: 'insufficient', detector: 'avoidable-loss', rows: 100, needRows: 200 })
    // Each of the 100 rows is patched from wrong to right.
    expect(second).toMatchObject({ kind: 'estimate', value: 1, rows: 100, unit: 'loss per row' })
  })

  test('is silent where the champion is right', () => {
    const evidence = watch(
      binary,
      [0, 1, 2].map((w) => view(w, 100, always(0))),
    )
    expect(evidence[2]).toMatchObject({ kind: 'estimate', value: 0 })
  })

  test('gives one standard error on both sides, and the gap of the window before', () => {
    const [, second, third] = watch(binary, [
      view(0, 100, always(1)),
      view(1, 100, always(1)),
      view(2, 100, (row) => (row % 10 === 0 ? 0 : 1)),
    ])
    // Second: S = V = 100, u = 0: g = 1 ± √101/100, and no window was tested before.
    expect(second).not.toHaveProperty('previous')
    expect(second).toMatchObject({ interval: { low: 1 - Math.sqrt(101) / 100, level: 0.6827 } })
    // Third: 90 rows saved, 10 lost: S = 80, V = 100; m = 130, w = 150, v = 150, u = (80 − 100 · 130/150)².
    const gap = 130 / 150
    const error = Math.sqrt(150 + (80 - 100 * gap) ** 2 + 1) / 150
    expect(third).toMatchObject({ kind: 'estimate', previous: 1 })
    if (third?.kind !== 'estimate') throw new Error('no estimate')
    expect(third.value).toBeCloseTo(gap, 12)
    expect(third.interval.low).toBeCloseTo(gap - error, 12)
    expect(third.interval.high).toBeCloseTo(gap + error, 12)
  })

  test('begins with filled tables for a version that comes back, and still tests no window before its second', () => {
    let state = detector.start(binary, DEFAULTS)
    state = detector.recall?.(state, binary, view(0, 100, always(1)), DEFAULTS) ?? state
    const first = detector.measure(state, binary, view(1, 20, always(1)), DEFAULTS)
    expect(first.evidence[0]?.kind).toBe('insufficient')
    // Five rows a bin in the first live window are too few for a cell; only what was recalled can patch.
    const second = detector.measure(first.state, binary, view(2, 20, always(1)), DEFAULTS)
    expect(second.evidence[0]).toMatchObject({ kind: 'estimate', value: 1 })
    const fresh = watch(binary, [view(1, 20, always(1)), view(2, 20, always(1))])
    expect(fresh[1]).toMatchObject({ kind: 'estimate', value: 0 })
  })
})

test('a window with fewer labelled rows than wanted is no evidence, and is not learned from', () => {
  const mostlyUnlabelled = view(1, 100, (row) => (row < 19 ? 1 : Number.NaN))
  const evidence = watch(binary, [view(0, 100, always(0)), mostlyUnlabelled, view(2, 100, always(0))])
  expect(evidence[1]).toMatchObject({ kind: 'insufficient', rows: 19, needRows: 20 })
  const without = watch(binary, [view(0, 100, always(0)), view(2, 100, always(0))])
  expect(evidence[2]).toEqual(without[1])
})

test('rows without a label are neither counted nor tested', () => {
  const half = (row: number) => (row % 8 < 4 ? 1 : Number.NaN)
  const evidence = watch(binary, [view(0, 200, half), view(1, 200, half)])
  expect(evidence).toEqual(watch(binary, [view(0, 100, always(1)), view(1, 100, always(1))]))
})

test('in halves a change is seen within its first window', () => {
  const life = [view(0, 100, always(0)), view(1, 400, always(1))]
  expect(watch(binary, life)[1]).toMatchObject({ value: 0 })
  expect(watch(binary, life, HALVES)[1]).toMatchObject({ value: 0.5 })
})

describe('for values', () => {
  test('the loss is squared error in warm-up variances, whatever the unit of the label', () => {
    const life = (unit: number) => [0, 1].map((w) => view(w, 100, always(3 * unit), unit))
    const [, plain] = watch(versionOf(REGRESSION, 2), life(1))
    const [, scaled] = watch(versionOf(REGRESSION, 256), life(128))
    // Residual −2 in units of 2: −1; 25 rows a cell correct by −25/29: gain 1 − (4/29)².
    expect(plain).toMatchObject({ kind: 'estimate' })
    if (plain?.kind === 'estimate') expect(plain.value).toBeCloseTo(1 - (4 / 29) ** 2, 12)
    expect(scaled).toEqual(plain)
  })

  test('halves make no difference', () => {
    const life = [view(0, 100, always(1)), view(1, 100, always(3)), view(2, 100, always(3))]
    const version = versionOf(REGRESSION)
    expect(watch(version, life, HALVES)).toEqual(watch(version, life))
  })
})

test('the state survives being saved and read back between windows', () => {
  const views = [0, 1, 2].map((w) => view(w, 100, (row) => (row + w) % 2))
  let state = detector.start(binary, DEFAULTS)
  const evidence = views.map((one) => {
    const seen = detector.measure(structuredClone(state), binary, one, DEFAULTS)
    state = seen.state
    return seen.evidence[0]
  })
  expect(evidence).toEqual(watch(binary, views))
})
