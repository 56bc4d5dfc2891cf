import { describe, expect, test } from 'vitest'
import { recordedRows } from '../../test/support/recorded-rows.ts'
import type { ModelRef } from '../backtest/ports.ts'
import type { Reason } from '../base/decision.ts'
import type { TrainingPlan } from '../base/training.ts'
import { GateConfig } from '../gates/catalog.ts'
import { NO_INSPECTION } from '../watch/inspect.ts'
import { type Inspector, NO_CONTRACT, replayWorld } from './replay-world.ts'
import type { TrainedModels } from './trained-models.ts'

const STREAM = {
  ...recordedRows(
    Array.from({ length: 8 }, () => 40),
    undefined,
    3,
  ),
  rollingWindows: 3,
}
const ROW_IDS = Float64Array.from({ length: 320 }, (_, row) => row)
const CHAMPION: ModelRef = { key: 'champion', windows: [0, 1, 2], trainedTo: 2 }
const AUDIT = [GateConfig.parse({ gate: 'overlap-audit' })]

const plan = (change: Partial<TrainingPlan> = {}): TrainingPlan => ({
  toWindow: 6,
  data: { strategy: 'rolling' },
  changeWindow: null,
  holdOutWindows: 0,
  exclude: [],
  ...change,
})

/** Models that are there at once and are always sure of yes. */
function models() {
  const fitted: (readonly number[])[] = []
  const given: TrainedModels = {
    async fit(windows) {
      fitted.push(windows)
      return { key: windows.join(), windows, trainedTo: windows.at(-1) as number }
    },
    scores: (_, window) => new Float32Array(STREAM.windows[window]?.rows ?? 0).fill(0.9),
  }
  return { fitted, given }
}

function world(rowIds: ArrayLike<number | string> = ROW_IDS, stream = STREAM) {
  const { fitted, given } = models()
  return { fitted, given, ports: replayWorld(stream, given, rowIds, { gates: AUDIT, inspector: NO_CONTRACT }) }
}

describe('the world of a replay', () => {
  test('trains on the rolling span of the stream and judges by the gates of the policy', async () => {
    const { fitted, ports } = world()
    const outcome = await ports.train(plan({ holdOutWindows: 2 }), CHAMPION)
    expect(fitted).toEqual([[2, 3, 4]])
    expect(outcome).toMatchObject({ kind: 'trained', verdicts: [{ gate: 'overlap-audit', outcome: 'pass' }] })
  })

  test('tells rows by their ids: one that was learned from does not judge', async () => {
    const ids = ROW_IDS.map((row) => (row === 5 * 40 + 7 ? 3 * 40 : row))
    const outcome = await world(ids).ports.train(plan({ holdOutWindows: 2 }), CHAMPION)
    expect(outcome).toMatchObject({ verdicts: [{ gate: 'overlap-audit', outcome: 'fail', observed: 1 }] })
  })

  test('tells equal rows under other ids by their content', async () => {
    const twins = structuredClone(STREAM.features.columns[0]) as { values: Float64Array }
    twins.values.set(twins.values.subarray(120, 160), 240)
    const stream = { ...STREAM, features: { ...STREAM.features, columns: [twins] } } as unknown as typeof STREAM
    const apart = await world().ports.train(plan({ holdOutWindows: 2 }), CHAMPION)
    const equal = await world(ROW_IDS, stream).ports.train(plan({ holdOutWindows: 2 }), CHAMPION)
    const said = (outcome: typeof apart) => (outcome.kind === 'trained' ? outcome.verdicts[0]?.because : outcome.kind)
    expect(said(equal)).not.toBe(said(apart))
    expect(said(equal)).toContain('40')
  })

  test('shows the labels and scores of one window', () => {
    const { ports, given } = world()
    expect([...ports.labels(2)]).toEqual([...STREAM.labels.subarray(80, 120)])
    expect(ports.scores).toBe(given.scores)
  })

  test('hands a gate the features of just the held-out windows, though one between them is left out', async () => {
    const judgedOn = async (exclude: number[]) => {
      const gates = [GateConfig.parse({ gate: 'fairness', feature: 'x', minGroupRows: 20 })]
      const policy = { gates, inspector: NO_CONTRACT }
      const ports = replayWorld(STREAM, models().given, ROW_IDS, policy)
      const outcome = await ports.train(plan({ holdOutWindows: 3, exclude }), {
        ...CHAMPION,
        windows: [0],
        trainedTo: 0,
      })
      return outcome.kind === 'trained' ? outcome.verdicts[0] : outcome
    }
    // x is the row's number: a quarter of the rows 160 to 279 lies up to 189, of 120 to 199 and 240 to 279 up to 149.
    const first = (upTo: number) => ({
      gate: 'fairness',
      rows: 120,
      because: expect.stringContaining(`up to ${upTo} `),
    })
    expect(await judgedOn([])).toMatchObject(first(189))
    expect(await judgedOn([5])).toMatchObject(first(149))
  })

  test('has nothing to say of answer times, nor of an artifact that nobody can ask', async () => {
    const asked = ['latency', 'artifact-size', 'missing-robustness', 'minimum-data'] as const
    const gates = asked.map((gate) => GateConfig.parse({ gate }))
    const ports = replayWorld(STREAM, models().given, ROW_IDS, { gates, inspector: NO_CONTRACT })
    const outcome = await ports.train(plan({ holdOutWindows: 2 }), CHAMPION)
    const said = outcome.kind === 'trained' ? outcome.verdicts.map(({ outcome: one }) => one) : []
    // Labels are known without the artifact: 120 rows of three windows are counted, and are too few.
    expect(said).toEqual(['skipped', 'inconclusive', 'inconclusive', 'fail'])
  })

  test('asks the artifact for sizes, for rows without a feature, and for the frozen rows of a gate', async () => {
    const frozenGate = GateConfig.parse({ gate: 'must-pass', file: 'frozen.csv' })
    const gates = [
      frozenGate,
      GateConfig.parse({ gate: 'artifact-size', maxBytes: 10 }),
      GateConfig.parse({ gate: 'missing-robustness' }),
    ]
    const asked: unknown[] = []
    const rescoring: NonNullable<TrainedModels['rescoring']> = {
      facts: () => ({ artifactBytes: 12, trainedRows: 5 }),
      async without(_, windows, features) {
        asked.push([windows, features])
        return features.map(() => new Float32Array(80).fill(0.9))
      },
      scoreFrame: async (_, features) => new Float32Array(features.rows).fill(0.9),
    }
    const frozen = new Map([[frozenGate, { features: STREAM.features, expected: new Float64Array(320).fill(1) }]])
    const ports = replayWorld(STREAM, { ...models().given, rescoring }, ROW_IDS, {
      gates,
      inspector: NO_CONTRACT,
      frozen,
    })
    const outcome = await ports.train(plan({ holdOutWindows: 2 }), CHAMPION)
    expect(outcome).toMatchObject({
      verdicts: [
        { gate: 'must-pass', outcome: 'pass', rows: 320 },
        { gate: 'artifact-size', outcome: 'fail', observed: 12 },
        { gate: 'missing-robustness' },
      ],
    })
    expect(asked).toEqual([[[5, 6], ['x']]])
  })

  test('asks the contract of the policy, and without one nothing is wrong', () => {
    const reason = { by: 'rule', text: 'odd' }
    const seen = (...breaches: Reason[]) => ({ breaches, unchecked: [] })
    const inspector: Inspector = { rows: () => seen(reason), labels: () => seen(reason, reason) }
    const ports = replayWorld(STREAM, models().given, ROW_IDS, { gates: [], inspector })
    expect(ports.inspectRows(4, CHAMPION, [])).toEqual(seen(reason))
    expect(ports.inspectLabels(4, CHAMPION, [])).toEqual(seen(reason, reason))
    expect(world().ports.inspectRows(4, CHAMPION, [])).toEqual(NO_INSPECTION)
    expect(world().ports.inspectLabels(4, CHAMPION, [])).toEqual(NO_INSPECTION)
  })
})
