import { describe, expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { frame } from '../../data/frame.ts'
import { profileRows } from '../../data/profile.ts'
import { learnLayout } from '../../data/profile-layout.ts'
import type { Task } from '../../data/schema.ts'
import type { AnyDetector } from '../catalog.ts'
import { detectors } from '../catalog.ts'
import type { WatchedVersion, WindowView } from '../detector.ts'

const TASKS = {
  binary: { kind: 'binary', classes: ['no', 'yes'] },
  regression: { kind: 'regression' },
} satisfies Record<string, Task>
const IDS = ['cbpe', 'pape', 'dle'] as const
type Id = (typeof IDS)[number]

function taskFor(id: Id): Task {
  return id === 'dle' ? TASKS.regression : TASKS.binary
}

function view(task: Task, window: number, rows: number): WindowView {
  const rng = seededRng(40 + window)
  const x = Float64Array.from({ length: rows }, () => normal(rng))
  const features = frame([{ kind: 'numeric', name: 'x', values: x, missing: new Uint8Array(rows) }])
  const p = x.map((value) => 1 / (1 + Math.exp(-value)))
  return {
    window,
    features,
    profile: profileRows(features, learnLayout(features)),
    labels: x.map((value, row) => (task.kind === 'regression' ? value + normal(rng) : rng() < (p[row] ?? 0) ? 1 : 0)),
    scores: Float32Array.from(task.kind === 'regression' ? x : p),
  }
}

/** A detector with its state: what `measure` and `mature` say of windows in turn. */
function started(id: Id, task: Task, options: object = {}) {
  const detector: AnyDetector = detectors.get(id)
  const config = detector.config.parse({ detector: id, ...options })
  const past = view(task, 99, 400)
  const version: WatchedVersion = {
    task,
    reference: past.profile,
    referenceWindows: [past.profile],
    training: { features: past.features, labels: past.labels },
    scale: 1,
    seed: 1,
  }
  let state = detector.start(version, config)
  const blind = (v: WindowView) => ({ ...v, labels: v.labels.map(() => Number.NaN) })
  return {
    close(v: WindowView) {
      const seen = detector.measure(state, version, blind(v), config)
      state = seen.state
      return seen.evidence
    },
    land(v: WindowView) {
      const seen = detector.mature?.(state, version, v, config)
      state = seen?.state
      return seen?.evidence ?? []
    },
  }
}

describe.each(IDS)('%s', (id) => {
  const task = taskFor(id)
  const window = (at: number, rows = 300) => view(task, at, rows)

  test('says nothing before it has seen labels, and why', () => {
    const [first, ...rest] = started(id, task).close(window(0))
    expect(first).toMatchObject({ kind: 'insufficient', rows: 0, needRows: 200 })
    for (const e of rest) expect(e.kind).toBe('insufficient')
    expect(first?.kind === 'insufficient' && first.because).toMatch(/labels yet/)
  })

  test('says nothing of a task that is not its own', () => {
    const other = id === 'dle' ? TASKS.binary : TASKS.regression
    const detector = started(id, other)
    const evidence = detector.close(view(other, 0, 300))
    expect(evidence.length).toBeGreaterThan(0)
    for (const e of evidence) {
      expect(e.kind === 'insufficient' && e.because).toMatch(/the task is/)
      expect(e.kind === 'insufficient' && e.needRows).toBeGreaterThan(e.rows)
    }
    expect(detector.land(view(other, 0, 300))).toEqual([])
  })

  test('holds each window against what was said when it closed, however late its labels land', () => {
    const detector = started(id, task)
    detector.close(window(0))
    detector.land(window(0))
    const said = [1, 2, 3].map((at) => detector.close(window(at)))
    for (const at of [2, 1, 3]) {
      const off = detector.land(window(at))
      expect(off.length).toBe(said[at - 1]?.length)
      for (const [i, e] of off.entries()) {
        const before = said[at - 1]?.[i]
        expect(e.subject).toBe(`${before?.subject}: estimated less measured`)
        expect(before?.kind).toBe('estimate')
        if (before?.kind !== 'estimate' || e.kind !== 'estimate') continue
        // The measured value is what is left: of all windows it must be possible.
        expect(before.value - e.value).toBeGreaterThan(0)
        expect(e.value).toBeGreaterThan(before.interval.low - before.interval.high)
      }
      expect(detector.land(window(at))).toEqual([])
    }
  })

  test('keeps its baseline, whatever comes later', () => {
    const detector = started(id, task)
    detector.land(window(0))
    const baselines = [1, 2, 3].map((at) => {
      const [first] = detector.close(window(at))
      detector.land(window(at))
      return first?.kind === 'estimate' ? first.baseline : undefined
    })
    expect(baselines[0]).toBeGreaterThan(0)
    expect(new Set(baselines).size).toBe(1)
  })

  test('does not judge its estimate by a handful of labels', () => {
    const detector = started(id, task)
    detector.land(window(0))
    detector.close(window(1))
    const late = window(1)
    const few = { ...late, labels: late.labels.map((label, row) => (row < 20 ? label : Number.NaN)) }
    for (const e of detector.land(few)) expect(e).toMatchObject({ kind: 'insufficient', rows: 20, needRows: 50 })
  })

  test('labels of a third of the rows leave more room for chance than all of them', () => {
    const width = (share: number) => {
      const detector = started(id, task)
      detector.land(window(0))
      detector.close(window(1))
      const late = window(1)
      const [off] = detector.land({
        ...late,
        labels: late.labels.map((y, row) => (row % share === 0 ? y : Number.NaN)),
      })
      return off?.kind === 'estimate' ? off.interval.high - off.interval.low : 0
    }
    expect(width(3)).toBeGreaterThan(1.2 * width(1))
  })

  test('keeps as many labels as its first estimate needs, where fewer are asked for', () => {
    const detector = started(id, task, { referenceRows: 200, minReferenceRows: 450 })
    for (const at of [0, 1]) {
      expect(detector.close(window(at))[0]).toMatchObject({ kind: 'insufficient', needRows: 450 })
      detector.land(window(at))
    }
    expect(detector.close(window(2))[0]?.kind).toBe('estimate')
  })

  test('learns from its newest labels only', () => {
    const detector = started(id, task, { referenceRows: 300 })
    detector.land(window(0))
    const fresh = started(id, task, { referenceRows: 300 })
    for (const at of [5, 6]) detector.land(window(at))
    fresh.land(window(6))
    const values = (evidence: ReturnType<typeof fresh.close>) =>
      evidence.map((e) => (e.kind === 'estimate' ? e.value : null))
    expect(values(detector.close(window(7)))).toEqual(values(fresh.close(window(7))))
  })
})

test('pape does not estimate a window that is unlike all labelled rows', () => {
  const detector = started('pape', TASKS.binary)
  detector.land(view(TASKS.binary, 0, 400))
  const near = view(TASKS.binary, 1, 300)
  const values = Float64Array.from({ length: 300 }, (_, i) => 2.4 + i / 1000)
  const far = frame([{ kind: 'numeric', name: 'x', values, missing: new Uint8Array(300) }])
  const [first] = detector.close({ ...near, features: far })
  expect(first?.kind === 'insufficient' && first.because).toMatch(/unlike all labelled rows/)
  expect(detector.close(near)[0]?.kind).toBe('estimate')
})

test('of more than two classes only the accuracy is estimated', () => {
  const task: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] }
  const scores = Float32Array.from({ length: 900 }, (_, i) => (i % 3 === 0 ? 0.8 : 0.1))
  const plain = view(TASKS.binary, 0, 300)
  const labels = Float64Array.from({ length: 300 }, (_, row) => (row % 5 === 0 ? 1 : 0))
  const detector = started('cbpe', task, { metrics: ['accuracy', 'auc'] })
  detector.land({ ...plain, labels, scores })
  const [accuracy, auc] = detector.close({ ...plain, window: 1, scores })
  expect(accuracy).toMatchObject({ kind: 'estimate', subject: 'accuracy', baseline: 0.8 })
  expect(accuracy?.kind === 'estimate' ? accuracy.value : 0).toBeCloseTo(0.8, 6)
  expect(auc).toMatchObject({ kind: 'insufficient', subject: 'auc' })
})
