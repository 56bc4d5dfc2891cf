import { describe, expect, test } from 'vitest'
import type { Evidence } from '../../base/evidence.ts'
import type { Task } from '../../data/schema.ts'
import type { WatchedVersion, WindowView } from '../detector.ts'
import { performanceDetector } from './performance.ts'

const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }

function view(labels: readonly number[], scores: readonly number[]): WindowView {
  return { labels: Float64Array.from(labels), scores: Float32Array.from(scores) } as unknown as WindowView
}

/** 100 rows of which `wrong` are predicted wrongly. */
function hundred(wrong: number): WindowView {
  const labels = Array.from({ length: 100 }, (_, row) => row % 2)
  return view(
    labels,
    labels.map((label, row) => (row < wrong ? 0.9 - 0.8 * label : 0.1 + 0.8 * label)),
  )
}

function live(views: readonly WindowView[], task: Task = BINARY, scale = 1, options: object = {}) {
  const config = performanceDetector.config.parse({ detector: 'performance', ...options })
  const version = { task, scale } as WatchedVersion
  let state = performanceDetector.start(version, config)
  return views.map((one) => {
    const seen = performanceDetector.measure(state, version, one, config)
    state = seen.state
    return seen.evidence
  })
}

function of(evidence: readonly Evidence[] | undefined, subject: string): Evidence | undefined {
  return evidence?.find((e) => e.subject === subject)
}

describe('the baseline', () => {
  test('is absent in the first live window and stays that of the first', () => {
    const losses = live([hundred(10), hundred(30), hundred(20)]).map((evidence) => of(evidence, 'loss'))
    expect(losses[0]).not.toHaveProperty('baseline')
    expect(losses[0]).toMatchObject({ value: 0.1 })
    expect(losses[1]).toMatchObject({ value: 0.3, baseline: 0.1 })
    expect(losses[2]).toMatchObject({ value: 0.2, baseline: 0.1 })
  })

  test('is not taken from a window with too few labels', () => {
    const few = view([0, 1, 0], [0.9, 0.9, 0.9])
    const losses = live([few, hundred(10), hundred(30)]).map((evidence) => of(evidence, 'loss'))
    expect(losses[0]).toMatchObject({ kind: 'insufficient', rows: 3, needRows: 50 })
    expect(losses[1]).not.toHaveProperty('baseline')
    expect(losses[2]).toMatchObject({ baseline: 0.1 })
  })

  test('starts anew for each life', () => {
    const [first] = live([hundred(40)])
    expect(of(first, 'accuracy')).not.toHaveProperty('baseline')
  })
})

test('the loss of values is in squared units of the warm-up target', () => {
  const labels = Array.from({ length: 60 }, (_, row) => row)
  const off = view(
    labels,
    labels.map((y) => y + 6),
  )
  const [seen] = live([off], { kind: 'regression' }, 3)
  expect(of(seen, 'loss')).toMatchObject({ value: 4, unit: 'loss per row' })
  expect(of(seen, 'rmse')).toMatchObject({ value: 6, unit: 'metric' })
})

test('measures what the kind of task asks for when no metric is named', () => {
  const subjects = (views: WindowView[], task: Task) => live(views, task)[0]?.map((e) => e.subject)
  expect(subjects([hundred(5)], BINARY)).toEqual(['auc', 'log-loss', 'accuracy', 'loss'])
  const three: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] }
  expect(subjects([view([0, 1, 2], [1, 0, 0, 0, 1, 0, 0, 0, 1])], three)).toEqual(['accuracy', 'log-loss', 'loss'])
  expect(subjects([view([1, 2], [1, 2])], { kind: 'regression' })).toEqual(['rmse', 'mae', 'r2', 'loss'])
})

test('an AUC with one class only is insufficient and says why, while the loss is known', () => {
  const one = view(Array<number>(80).fill(1), Array<number>(80).fill(0.7))
  const [seen] = live([one])
  expect(of(seen, 'auc')).toMatchObject({ kind: 'insufficient', rows: 80, because: expect.stringContaining('auc') })
  expect(of(seen, 'loss')).toMatchObject({ kind: 'estimate', value: 0 })
})

test('a loss of 0 has an interval that is not 0', () => {
  const [seen] = live([hundred(0)])
  const loss = of(seen, 'loss')
  expect(loss?.kind === 'estimate' ? loss.interval.high : 0).toBeGreaterThan(0.02)
})

test('a metric that does not fit the task is refused with those that do', () => {
  expect(() => live([], { kind: 'regression' }, 1, { metrics: ['accuracy'] })).toThrow(
    "metric 'accuracy' of detector 'performance' does not fit a regression task; there are: mae, rmse, r2, mape",
  )
})
