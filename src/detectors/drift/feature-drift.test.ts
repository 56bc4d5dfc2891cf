import { describe, expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { type Column, frame } from '../../data/frame.ts'
import { mergeProfiles, profileRows } from '../../data/profile.ts'
import { learnLayout } from '../../data/profile-layout.ts'
import type { WatchedVersion, WindowView } from '../detector.ts'
import { featureDriftDetector } from './feature-drift.ts'

function columns(rows: number, seed: number, shift: number, dayEffect = 0): Column[] {
  const rng = seededRng(seed)
  return ['a', 'b'].map((name) => {
    const mean = (name === 'a' ? shift : 0) + dayEffect * normal(rng)
    const values = Float64Array.from({ length: rows }, () => mean + normal(rng))
    return { kind: 'numeric', name, values, missing: new Uint8Array(rows) }
  })
}

/** A version learned from 8 windows of 300 rows, and the evidence on `a` of windows that lie `shifts` higher. */
function live(shifts: readonly number[], options: object = {}, rows = 300) {
  const layout = learnLayout(frame(columns(2400, 1, 0)))
  const referenceWindows = Array.from({ length: 8 }, (_, w) => profileRows(frame(columns(300, 10 + w, 0)), layout))
  const version = { reference: mergeProfiles(referenceWindows), referenceWindows, seed: 1 } as unknown as WatchedVersion
  const config = featureDriftDetector.config.parse({ detector: 'feature-drift', ...options })
  let state = featureDriftDetector.start(version, config)
  return shifts.map((shift, w) => {
    const view = { profile: profileRows(frame(columns(rows, 100 + w, shift)), layout) } as WindowView
    const seen = featureDriftDetector.measure(state, version, view, config)
    state = seen.state
    expect(seen.evidence.map((e) => e.subject)).toEqual(['a', 'b'])
    return seen.evidence[0]
  })
}

describe('drift', () => {
  test('is what two windows in a row agree on', () => {
    const seen = live([0, 1, 1, 0, 1, 0])
    expect(seen.map((e) => e?.kind === 'distance' && e.alarm)).toEqual([false, false, true, false, false, false])
    const [, once, twice] = seen
    if (once?.kind !== 'distance' || twice?.kind !== 'distance') throw new Error('no distance')
    // After one window the value is still that of the window before; the window's own stands beside it.
    expect(once.value).toBeLessThan(once.threshold)
    expect(once.latest).toBeGreaterThan(once.threshold)
    expect(twice.value).toBeLessThanOrEqual(twice.latest ?? 0)
  })

  test('in the first window is neither said nor denied', () => {
    const [seen] = live([1])
    expect(seen).toMatchObject({ kind: 'insufficient', subject: 'a', rows: 300, needRows: 301 })
    expect(seen?.kind === 'insufficient' ? seen.because : '').toContain('in 2 windows in a row')
    expect(live([0])[0]).toMatchObject({ kind: 'distance', alarm: false })
  })

  test('lasts as many windows as asked: one at once, three not after two', () => {
    expect(live([1], { inARow: 1 })[0]).toMatchObject({ kind: 'distance', alarm: true })
    const seen = live([0, 1, 1, 1], { inARow: 3 })
    expect(seen.map((e) => e?.kind === 'distance' && e.alarm)).toEqual([false, false, false, true])
  })
})

test('the threshold says where it comes from, the customary one beside it', () => {
  expect(live([0])[0]).toMatchObject({ unit: 'share', thresholdFrom: 'reference windows', customary: 0.1 })
  // 8 windows of 300 are two stretches of 1,200: too few.
  expect(live([0], { distance: 'psi' }, 1200)[0]).toMatchObject({
    unit: 'nats',
    thresholdFrom: 'fixed',
    threshold: 0.2,
    customary: 0.2,
  })
  expect(live([0], { distance: 'psi', ofCustomary: 2 }, 1200)[0]).toMatchObject({ threshold: 0.4, customary: 0.2 })
})

test('of 300 windows whose days differ by a fifth of a standard deviation at most 3 are called drift', () => {
  let [alarms, overFixed] = [0, 0]
  for (let life = 0; life < 30; life++) {
    const at = 1000 * life
    const layout = learnLayout(frame(columns(2400, at, 0)))
    const day = (seed: number) => profileRows(frame(columns(200, at + seed, 0, 0.2)), layout)
    const referenceWindows = Array.from({ length: 12 }, (_, w) => day(10 + w))
    const version = {
      reference: mergeProfiles(referenceWindows),
      referenceWindows,
      seed: life,
    } as unknown as WatchedVersion
    const config = featureDriftDetector.config.parse({ detector: 'feature-drift' })
    let state = featureDriftDetector.start(version, config)
    for (let w = 0; w < 10; w++) {
      const seen = featureDriftDetector.measure(state, version, { profile: day(100 + w) } as WindowView, config)
      state = seen.state
      const distances = seen.evidence.flatMap((e) => (e.kind === 'distance' ? [e] : []))
      if (distances.some((e) => e.alarm)) alarms++
      if (distances.some((e) => (e.latest ?? 0) >= (e.customary ?? 0))) overFixed++
    }
  }
  expect(alarms).toBeLessThanOrEqual(3)
  expect(overFixed).toBeGreaterThan(100)
})

test('thresholds follow the rows of the window', () => {
  const layout = learnLayout(frame(columns(2400, 1, 0)))
  const referenceWindows = Array.from({ length: 20 }, (_, w) => profileRows(frame(columns(200, 10 + w, 0)), layout))
  const version = { reference: mergeProfiles(referenceWindows), referenceWindows, seed: 1 } as unknown as WatchedVersion
  const config = featureDriftDetector.config.parse({ detector: 'feature-drift' })
  let state = featureDriftDetector.start(version, config)
  const thresholds = [200, 800, 200].map((rows, w) => {
    const view = { profile: profileRows(frame(columns(rows, 50 + w, 0)), layout) } as WindowView
    const seen = featureDriftDetector.measure(state, version, view, config)
    state = seen.state
    const [a] = seen.evidence
    return a?.kind === 'distance' ? a.threshold : 0
  })
  expect(thresholds[1]).toBeLessThan(0.9 * (thresholds[0] ?? 0))
  expect(thresholds[2]).toBe(thresholds[0])
})

test('too few rows, and a feature that is gone, are insufficient and forget nothing', () => {
  expect(live([0], {}, 199)[0]).toMatchObject({ kind: 'insufficient', rows: 199, needRows: 200 })
  const layout = learnLayout(frame(columns(600, 1, 0)))
  const reference = profileRows(frame(columns(600, 1, 0)), layout)
  const version = { reference, referenceWindows: [reference], seed: 1 } as unknown as WatchedVersion
  const config = featureDriftDetector.config.parse({ detector: 'feature-drift' })
  const profile = profileRows(frame(columns(600, 2, 2)), layout)
  const first = featureDriftDetector.measure(
    featureDriftDetector.start(version, config),
    version,
    { profile } as WindowView,
    config,
  )
  const gone = { profile: { rows: 600, columns: profile.columns.slice(1) } } as unknown as WindowView
  const second = featureDriftDetector.measure(first.state, version, gone, config)
  expect(second.evidence[0]).toMatchObject({ kind: 'insufficient', subject: 'a', rows: 0 })
  const third = featureDriftDetector.measure(second.state, version, { profile } as WindowView, config)
  expect(third.evidence[0]).toMatchObject({ kind: 'distance', alarm: true })
})
