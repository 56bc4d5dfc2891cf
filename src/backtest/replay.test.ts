import { describe, expect, test } from 'vitest'
import { loopConfig, triggersOf } from '../../test/support/loop-life.ts'
import { type MatrixWorld, matrixWorld } from '../../test/support/matrix-world.ts'
import type { TrainingOutcome } from '../base/training.ts'
import { DetectorConfig } from '../detectors/catalog.ts'
import type { LoopConfig } from '../loop/config.ts'
import { NO_INSPECTION } from '../watch/inspect.ts'
import { observe } from './observed.ts'
import type { BacktestPorts, ModelRef } from './ports.ts'
import { replay } from './replay.ts'

const GOOD = () => 1
const TABLES = [DetectorConfig.parse({ detector: 'avoidable-loss' })]

function every(windows: number, change: Partial<LoopConfig> = {}): LoopConfig {
  return loopConfig({ triggers: triggersOf({ trigger: 'schedule', everyWindows: windows }), reusePool: 0, ...change })
}

interface Asked {
  readonly detectors?: readonly DetectorConfig[]
  readonly ports?: Partial<BacktestPorts>
}

function play(world: MatrixWorld, loop: LoopConfig, { detectors = [], ports = {} }: Asked = {}) {
  const request = { loop, detectors, initial: world.initial }
  return replay(observe(world.stream, 7), { ...world.ports, ...ports }, request)
}

/** Newest training window of the model that answered each online window. */
const served = ({ serving }: { serving: readonly { trainedTo: number }[] }) => serving.map((model) => model.trainedTo)

describe('a replay', () => {
  test('that never trains serves the first model throughout, and nothing is charged', async () => {
    const result = await play(matrixWorld({ windows: 10, warmupWindows: 4, wrong: GOOD }), loopConfig({ triggers: [] }))
    expect(result).toMatchObject({ trained: [], deployed: [], probe: 0 })
    expect(served(result)).toEqual([3, 3, 3, 3, 3, 3])
    // Windows 4 … 8 are decided on; after window 9 nothing is left to serve.
    expect(result.decisions.map(({ kind, window }) => [kind, window])).toEqual([4, 5, 6, 7, 8].map((w) => ['keep', w]))
  })

  test('that trains every 3 windows trains after windows 6, 9 and 12, and serves each model from the next window', async () => {
    const result = await play(matrixWorld({ windows: 15, warmupWindows: 4, wrong: GOOD }), every(3))
    expect(result.trained).toEqual([6, 9, 12])
    expect(result.deployed).toEqual([
      [6, 6],
      [9, 9],
      [12, 12],
    ])
    expect(served(result)).toEqual([3, 3, 3, 6, 6, 6, 9, 9, 9, 12, 12])
  })

  test('that trains after every window serves each window with a model of the window before', async () => {
    const result = await play(matrixWorld({ windows: 9, warmupWindows: 4, wrong: GOOD }), every(1))
    expect(result.trained).toEqual([4, 5, 6, 7])
    expect(served(result)).toEqual([3, 4, 5, 6, 7])
  })

  test('with labels 2 windows late decides 2 windows later: a model of window 6 serves from window 9', async () => {
    const result = await play(
      matrixWorld({ windows: 14, warmupWindows: 4, wrong: GOOD }),
      every(3, { labelDelayWindows: 2 }),
    )
    expect(result.trained).toEqual([6, 9])
    expect(result.deployed).toEqual([
      [6, 6],
      [9, 9],
    ])
    expect(served(result)).toEqual([3, 3, 3, 3, 3, 6, 6, 6, 9, 9])
  })

  test('with labels later than the stream is long decides nothing', async () => {
    const loop = every(1, { labelDelayWindows: 50 })
    const result = await play(matrixWorld({ windows: 10, warmupWindows: 4, wrong: GOOD }), loop)
    expect(result).toMatchObject({ trained: [], decisions: [], probe: 0 })
  })

  test('a training that does not converge is charged, and the champion stays', async () => {
    const world = matrixWorld({ windows: 12, warmupWindows: 4, wrong: GOOD, diverges: [6] })
    const result = await play(world, every(3))
    expect(result.trained).toEqual([6, 9])
    expect(result.deployed).toEqual([[9, 9]])
    expect(served(result)).toEqual([3, 3, 3, 3, 3, 3, 9, 9])
  })

  test('each decision is told once, as it is made', async () => {
    const world = matrixWorld({ windows: 12, warmupWindows: 4, wrong: GOOD })
    const told: number[] = []
    const request = { loop: every(3), detectors: [], initial: world.initial }
    const onDecision = ({ seq }: { seq: number }) => void told.push(seq)
    const result = await replay(observe(world.stream, 7), world.ports, { ...request, onDecision })
    expect(told).toEqual(result.decisions.map(({ seq }) => seq))
    expect(told).toEqual(told.map((_, i) => i + 1))
  })

  test('the same seed gives the same answer', async () => {
    const world = matrixWorld({ windows: 12, warmupWindows: 4, rows: 40, wrong: (i, j) => (i + j) % 9 })
    const once = () => play(world, every(3, { probationWindows: 2 }), { detectors: TABLES })
    expect(await once()).toEqual(await once())
  })

  test('the loop is told the end of the window whose close made the labels known', async () => {
    const world = matrixWorld({ windows: 9, warmupWindows: 4, wrong: GOOD })
    const { decisions } = await play(world, loopConfig({ triggers: [], labelDelayWindows: 2 }))
    // Window 4 matures when window 6 closes: its last row, number 69, is at 69 s.
    expect(decisions[0]).toMatchObject({ window: 4, now: 69_000 })
  })
})

describe('probation in a replay', () => {
  /** What is trained after window 6 is wrong everywhere, all else is right. */
  const harmful = matrixWorld({ windows: 12, warmupWindows: 4, rows: 40, wrong: (i) => (i === 6 ? 40 : 0) })

  test('brings the predecessor back after one window, and the return counts as a deployment', async () => {
    const result = await play(harmful, every(3, { probationWindows: 2, budget: { trainings: 1, perWindows: 100 } }))
    expect(result.trained).toEqual([6])
    expect(result.deployed).toEqual([
      [6, 6],
      [7, 3],
    ])
    expect(served(result)).toEqual([3, 3, 3, 6, 3, 3, 3, 3])
    // The predecessor was scored on window 7.
    expect(result.probe).toBeCloseTo(0.03, 12)
  })

  test('with labels a window late brings it back a window later', async () => {
    const loop = every(3, { probationWindows: 2, labelDelayWindows: 1, budget: { trainings: 1, perWindows: 100 } })
    const result = await play(harmful, loop)
    expect(result.deployed).toEqual([
      [6, 6],
      [7, 3],
    ])
    // Decided when window 7 closed, so from window 8 on; undone when window 8 closed, so from window 9 on.
    expect(served(result)).toEqual([3, 3, 3, 3, 6, 3, 3, 3])
  })
})

describe('what a replay charges', () => {
  test('the tables of each window, the octiles of each training, and each probation window', async () => {
    const world = matrixWorld({ windows: 12, warmupWindows: 4, rows: 40, wrong: () => 4 })
    const result = await play(world, every(3, { probationWindows: 2 }), { detectors: TABLES })
    expect(result.trained).toEqual([6, 9])
    // 7 windows mature (4 … 10); 2 trainings; version 1 is scored on windows 7 and 8, version 2 on window 10.
    expect(result.probe).toBeCloseTo(7 * 0.002 + 2 * 0.015 + 3 * 0.03, 12)
  })

  test('with late labels also the windows that the live version did not answer, where a detector reads them', async () => {
    const world = matrixWorld({ windows: 14, warmupWindows: 4, rows: 40, wrong: () => 4 })
    const result = await play(world, every(3, { labelDelayWindows: 2 }), { detectors: TABLES })
    expect(result.trained).toEqual([6, 9])
    // 7 windows mature (4 … 10). Version 2, live from window 9 on, is scored on 7 and 8; version 3 on window 10.
    expect(result.probe).toBeCloseTo(7 * 0.002 + 2 * 0.015 + 3 * 0.03, 12)
  })

  test('nothing for late labels that no detector reads: a plain schedule scores nothing', async () => {
    const world = matrixWorld({ windows: 14, warmupWindows: 4, wrong: GOOD })
    expect((await play(world, every(3, { labelDelayWindows: 2 }))).probe).toBe(0)
  })
})

describe('the data contract in a replay', () => {
  const breach = { breaches: [{ by: 'null-spike', text: 'half of the rows have no x' }], unchecked: [] }

  test('keeps a window with broken rows out of trainings and decisions', async () => {
    const world = matrixWorld({ windows: 12, warmupWindows: 4, wrong: GOOD })
    const excluded: (readonly number[])[] = []
    const result = await play(world, every(3), {
      ports: {
        inspectRows: (window) => (window === 6 ? breach : NO_INSPECTION),
        train(plan, champion) {
          excluded.push(plan.exclude)
          return world.ports.train(plan, champion)
        },
      },
    })
    // Due after window 6, which is not decided on: trained after 7 instead.
    expect(result.trained).toEqual([7, 10])
    expect(excluded).toEqual([[6], [6]])
  })

  test('is not what a version that comes back remembers', async () => {
    const wrong = (model: number) => (model === 6 ? 40 : 0)
    const world = matrixWorld({ windows: 12, warmupWindows: 4, rows: 40, wrong })
    const asked = new Set<number>()
    const loop = every(3, { probationWindows: 2, budget: { trainings: 1, perWindows: 100 } })
    const result = await play(world, loop, {
      ports: {
        inspectRows: (window) => (window === 5 ? breach : NO_INSPECTION),
        labels(window) {
          asked.add(window)
          return world.ports.labels(window)
        },
      },
    })
    expect(result.deployed).toEqual([
      [6, 6],
      [7, 3],
    ])
    expect([...asked].sort((a, b) => a - b)).toEqual([4, 6, 7, 8, 9, 10])
  })

  test('charges no training that was refused before it started, but one that did not converge', async () => {
    const world = matrixWorld({ windows: 9, warmupWindows: 4, wrong: GOOD })
    const ended = (outcome: TrainingOutcome<ModelRef>) =>
      play(world, every(2), { ports: { train: () => Promise.resolve(outcome) } })
    const refused = await ended({ kind: 'blocked', isCorrupted: false, breaches: ['no window to learn from'] })
    expect(refused.trained).toEqual([])
    expect(refused.decisions.map(({ kind }) => kind)).toContain('data-refused')
    expect((await ended({ kind: 'failed', why: 'the loss is NaN' })).trained.length).toBeGreaterThan(0)
  })

  test('leaves what it could not check of rows in the records too', async () => {
    const world = matrixWorld({ windows: 9, warmupWindows: 4, wrong: GOOD })
    const lack = { kind: 'insufficient', detector: 'scale-change', subject: 'rows', rows: 3, needRows: 100 } as const
    const inspectRows = () => ({ breaches: [], unchecked: [lack] })
    const { decisions } = await play(world, loopConfig({ triggers: [] }), { ports: { inspectRows } })
    expect(decisions.length).toBeGreaterThan(0)
    for (const { evidence } of decisions) expect(evidence).toContainEqual(lack)
  })

  test('leaves what it could not check in the records', async () => {
    const world = matrixWorld({ windows: 9, warmupWindows: 4, wrong: GOOD })
    const lack = { kind: 'insufficient', detector: 'label-noise', subject: 'labels', rows: 3, needRows: 400 } as const
    const inspectLabels = () => ({ breaches: [], unchecked: [lack] })
    const { decisions } = await play(world, loopConfig({ triggers: [] }), { ports: { inspectLabels } })
    expect(decisions.length).toBeGreaterThan(0)
    for (const { evidence } of decisions) expect(evidence).toContainEqual(lack)
  })

  test('tells the inspector of labels which windows are not to be trusted', async () => {
    const world = matrixWorld({ windows: 9, warmupWindows: 4, wrong: GOOD })
    const trusted: [number, readonly number[]][] = []
    await play(world, loopConfig({ triggers: [] }), {
      ports: {
        inspectLabels(window, _champion, quarantined) {
          trusted.push([window, quarantined])
          return window === 5 ? breach : NO_INSPECTION
        },
      },
    })
    expect(trusted).toEqual([
      [4, []],
      [5, []],
      [6, [5]],
      [7, [5]],
    ])
  })
})

describe('what a replay tells the loop for its triggers', () => {
  const world = matrixWorld({ windows: 16, warmupWindows: 4, wrong: GOOD })
  const told = (...options: Record<string, unknown>[]) => play(world, loopConfig({ triggers: triggersOf(...options) }))

  test('labelled rows, ten a window', async () => {
    expect((await told({ trigger: 'new-labels', rows: 30 })).trained).toEqual([6, 9, 12])
    expect((await told({ trigger: 'new-labels', rows: 31 })).trained).toEqual([7, 11])
  })

  test('the rows that the live version learned from: those of the rolling span, four windows', async () => {
    expect((await told({ trigger: 'new-labels', share: 0.75 })).trained).toEqual([6, 9, 12])
    expect((await told({ trigger: 'new-labels', share: 0.76 })).trained).toEqual([7, 11])
  })

  test('rows without a label do not count', async () => {
    const { stream } = world
    const labels = stream.labels.map((label, row) => (row % 2 === 0 ? label : Number.NaN))
    const request = {
      loop: loopConfig({ triggers: triggersOf({ trigger: 'new-labels', rows: 30 }) }),
      detectors: [],
      initial: world.initial,
    }
    const halved = await replay(observe({ ...stream, labels }, 7), world.ports, request)
    expect(halved.trained).toEqual([9])
  })

  test('the rows of the warm-up towards the least labelled rows', async () => {
    const triggers = triggersOf({ trigger: 'schedule', everyWindows: 1 })
    const result = await play(world, loopConfig({ triggers, minLabelledRows: 60 }))
    expect(result.trained[0]).toBe(5)
  })

  test('how old the newest row is that the live version learned from: a row a second', async () => {
    // Windows of ten seconds; a version that learned up to window 3 is 30 s old when window 6 has closed.
    expect((await told({ trigger: 'model-age', olderThan: '30s' })).trained).toEqual([6, 9, 12])
    expect((await told({ trigger: 'model-age', olderThan: '31s' })).trained).toEqual([7, 11])
    expect((await told({ trigger: 'model-age', olderThanWindows: 4 })).trained).toEqual([7, 11])
  })

  test('the trainer, which stays the same', async () => {
    const loop = loopConfig({ triggers: triggersOf({ trigger: 'trainer-changed' }), trainer: 'forest v1' })
    const { trained, decisions } = await play(world, loop)
    expect(trained).toEqual([])
    expect(new Set(decisions.map(({ kind }) => kind))).toEqual(new Set(['keep']))
  })
})
