import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Evidence } from '../../../base/evidence.ts'
import { seededRng } from '../../../base/rng.ts'
import type { Task } from '../../../data/schema.ts'
import type { WatchedVersion, WindowView } from '../../detector.ts'
import { adwinDetector } from '../adwin.ts'
import { cusumDetector } from '../cusum.ts'
import { ddmDetector } from '../ddm.ts'
import { hddmADetector } from '../hddm-a.ts'
import { stepdDetector } from '../stepd.ts'
import { SPLIT_ROWS, splitLosses } from './loss-stream.ts'

const CLASSES: Task = { kind: 'binary', classes: ['no', 'yes'] }
const VALUES: Task = { kind: 'regression' }

interface Subject {
  readonly config: { parse(given: unknown): never }
  start(version: WatchedVersion, config: never): unknown
  measure(
    state: never,
    version: WatchedVersion,
    view: WindowView,
    config: never,
  ): { evidence: readonly Evidence[]; state: unknown }
}

function version(task: Task, scale = 1): WatchedVersion {
  return { task, scale, seed: 1 } as unknown as WatchedVersion
}

/** A model that always says "no" (0), and rows whose label is as far off as their loss says. */
function view(losses: ArrayLike<number>): WindowView {
  return {
    window: 0,
    labels: Float64Array.from(losses),
    scores: new Float32Array(losses.length),
  } as unknown as WindowView
}

function live(
  subject: Subject,
  id: string,
  windows: readonly ArrayLike<number>[],
  of = version(CLASSES),
  options = {},
) {
  const config = subject.config.parse({ detector: id, ...options })
  let state = subject.start(of, config)
  return windows.map((losses) => {
    const seen = subject.measure(state as never, of, view(losses), config)
    state = seen.state
    return seen.evidence[0]
  })
}

const of = (detector: unknown) => detector as Subject
const rows = (count: number, rate: number, seed = 1) => {
  const rng = seededRng(seed)
  return Float64Array.from({ length: count }, () => (rng() < rate ? 1 : 0))
}

test('a window says how often the loss rose in it, and rests on its labelled rows', () => {
  const twice = [...rows(400, 0.8, 2), ...rows(600, 0.02, 3), ...rows(400, 0.9, 4)]
  const [first, second, third] = live(of(hddmADetector), 'hddm-a', [rows(400, 0.05), twice, rows(300, 0.9, 5)])
  expect(first).toMatchObject({ kind: 'distance', subject: 'loss', unit: 'alarms', value: 0, alarm: false, rows: 400 })
  expect(second).toEqual({
    kind: 'distance',
    detector: 'hddm-a',
    subject: 'loss',
    rows: 1400,
    value: 2,
    unit: 'alarms',
    threshold: 1,
    alarm: true,
  })
  expect(third).toMatchObject({ value: 0, alarm: false })
})

test('a fall counts only for those who ask for both directions', () => {
  const windows = [rows(600, 0.9), rows(600, 0.1, 2)]
  for (const [detector, id] of [
    [adwinDetector, 'adwin'],
    [hddmADetector, 'hddm-a'],
    [cusumDetector, 'cusum'],
  ] as const) {
    expect(live(of(detector), id, windows)[1], id).toMatchObject({ value: 0, alarm: false })
    const both = live(of(detector), id, windows, version(CLASSES), { direction: 'both' })[1]
    expect(both, id).toMatchObject({ alarm: true })
  }
})

test('rows without a label are as if they were not there', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 700, maxLength: 700 }), fc.integer(), (labelled, seed) => {
      const losses = [...rows(350, 0.1, seed), ...rows(350, 0.6, seed + 1)]
      const gaps = losses.map((x, i) => (labelled[i] ? x : Number.NaN))
      const present = losses.filter((_, i) => labelled[i])
      const windows = (x: readonly number[], at: number) => [x.slice(0, at), x.slice(at)]
      const half = labelled.slice(0, 350).filter(Boolean).length
      expect(live(of(ddmDetector), 'ddm', windows(gaps, 350))).toEqual(
        live(of(ddmDetector), 'ddm', windows(present, half)),
      )
    }),
    { numRuns: 20 },
  )
})

test('is insufficient until the warm-up is over, and in windows without a label', () => {
  const [early, late, none, after] = live(of(stepdDetector), 'stepd', [
    rows(40, 0.1),
    rows(40, 0.1, 2),
    new Float64Array(50).fill(Number.NaN),
    rows(5, 0.1, 3),
  ])
  expect(early).toMatchObject({
    kind: 'insufficient',
    rows: 40,
    needRows: 59,
    because: expect.stringContaining('warming'),
  })
  expect(late).toMatchObject({ kind: 'distance', rows: 40 })
  expect(none).toMatchObject({ kind: 'insufficient', rows: 0, needRows: 1, because: expect.stringContaining('label') })
  expect(after).toMatchObject({ kind: 'distance', rows: 5, value: 0 })
})

test('a window that falls into the warm-up after an alarm is insufficient, not calm', () => {
  const [, alarmed, next] = live(of(stepdDetector), 'stepd', [rows(200, 0.05), rows(40, 1), rows(20, 1)])
  expect(alarmed).toMatchObject({ kind: 'distance', alarm: true })
  expect(next).toMatchObject({ kind: 'insufficient' })
})

test('windows are one stream: where they are cut does not matter to the number of alarms', () => {
  const losses = [...rows(700, 0.1), ...rows(500, 0.6, 2)]
  const total = (width: number) => {
    const windows = Array.from({ length: losses.length / width }, (_, w) => losses.slice(w * width, (w + 1) * width))
    const seen = live(of(cusumDetector), 'cusum', windows)
    return seen.reduce((sum, e) => sum + (e?.kind === 'distance' ? e.value : 0), 0)
  }
  expect(total(1200)).toBeGreaterThan(0)
  for (const width of [10, 100, 300]) expect(total(width)).toBe(total(1200))
})

test('losses of values are in units of the scale', () => {
  const errors = (unit: number) => [0.2, 0.9].map((by, k) => rows(400, 0.5, k).map((x) => unit * (x + by * k)))
  const heard = (unit: number, scale: number) => live(of(adwinDetector), 'adwin', errors(unit), version(VALUES, scale))
  expect(heard(1, 1)[1]).toMatchObject({ alarm: true })
  expect(heard(1024, 1024)).toEqual(heard(1, 1))
  // ADWIN's bound has a part in the unit of the loss: the same errors in too large a unit are not heard.
  expect(heard(1, 1024)[1]).toMatchObject({ alarm: false })
})

test('a method of 0 and 1 splits errors of values at the median of the first 100, whatever their unit', () => {
  const steady = (by: number, seed: number) => rows(300, 0, 1).map((_, i) => by * (1 + ((i * 37 + seed) % 100) / 100))
  const seen = (unit: number) =>
    live(
      of(ddmDetector),
      'ddm',
      [steady(unit, 1).subarray(0, 60), steady(unit, 2), steady(3 * unit, 3)],
      version(VALUES),
    )
  const [early, calm, worse] = seen(1)
  expect(early).toMatchObject({
    kind: 'insufficient',
    rows: 60,
    needRows: SPLIT_ROWS,
    because: expect.stringContaining('median'),
  })
  expect(calm).toMatchObject({ kind: 'distance', alarm: false })
  expect(worse).toMatchObject({ kind: 'distance', alarm: true })
  expect(seen(1e-6)).toEqual(seen(1))
  expect(seen(1e6)).toEqual(seen(1))
})

test('the median is that of the first 100 losses exactly, and none of them is lost', () => {
  const losses = Float64Array.from({ length: 130 }, (_, i) => i)
  const first = splitLosses({ early: [], median: null }, losses.subarray(0, 70))
  expect(first.losses.length).toBe(0)
  const second = splitLosses(first.state, losses.subarray(70))
  expect(second.state).toEqual({ early: [], median: 49.5 })
  expect([...second.losses]).toEqual([...losses].map((x) => (x > 49.5 ? 1 : 0)))
  const equal = splitLosses({ early: [], median: null }, new Float64Array(100).fill(2))
  expect([...equal.losses].every((x) => x === 0)).toBe(true)
})
