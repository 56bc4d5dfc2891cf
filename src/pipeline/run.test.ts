import { describe, expect, test } from 'vitest'
import { type FakeModel, type PipelineWorld, pipelineWorld } from '../../test/support/pipeline-world.ts'
import type { TrainingPlan } from '../base/training.ts'
import { GateConfig } from '../gates/catalog.ts'
import { runTraining } from './run.ts'

const GATES = (['overlap-audit', 'convergence', 'paired-blocks'] as const).map((gate) => GateConfig.parse({ gate }))
const CHAMPION: FakeModel = { windows: [0, 1], wrongEvery: 5 }

function run(world: PipelineWorld, change: Partial<TrainingPlan> = {}, champion = CHAMPION) {
  const plan: TrainingPlan = {
    data: { strategy: 'rolling' },
    toWindow: 9,
    holdOutWindows: 2,
    changeWindow: null,
    exclude: [],
    ...change,
  }
  return runTraining(world.ports, plan, champion, { task: world.task, scale: 1, rollingWindows: 4, gates: GATES })
}

describe('a training run', () => {
  test('learns from the chosen windows, judges on the held-out ones, and says what it read', async () => {
    const world = pipelineWorld()
    const outcome = await run(world)
    expect(world.fitted).toEqual([[4, 5, 6, 7]])
    expect(outcome).toMatchObject({
      kind: 'trained',
      model: { windows: [4, 5, 6, 7] },
      notes: ['learned from 4 windows, 4 to 7'],
    })
    expect(outcome.kind === 'trained' && outcome.verdicts.map(({ gate, outcome: said }) => [gate, said])).toEqual([
      ['overlap-audit', 'pass'],
      ['convergence', 'pass'],
      ['paired-blocks', 'pass'],
    ])
  })

  test('without a hold-out asks no gate and scores nothing', async () => {
    const world = pipelineWorld()
    expect(await run(world, { holdOutWindows: 0 })).toMatchObject({ kind: 'trained', verdicts: [] })
    expect(world.scored).toEqual([])
    expect(world.fitted).toEqual([[6, 7, 8, 9]])
  })

  test('says what the contract kept out', async () => {
    const outcome = await run(pipelineWorld(), { exclude: [5] })
    expect(outcome).toMatchObject({
      notes: ['learned from 3 windows, 4 to 7', 'left out 1 window that breaks the data contract'],
    })
  })

  test('since a change, does not reach back before what the champion learned from', async () => {
    const world = pipelineWorld()
    const data = { strategy: 'since-change', minWindows: 1 } as const
    await run(world, { data, holdOutWindows: 0 }, { windows: [8, 9], wrongEvery: 5 })
    await run(world, { data, holdOutWindows: 0 }, { windows: [2, 3], wrongEvery: 5 })
    expect(world.fitted).toEqual([
      [8, 9],
      [6, 7, 8, 9],
    ])
  })

  test('fails when the trainer does not converge, with the reason, and judges nothing', async () => {
    const world = pipelineWorld({ fit: 'diverges' })
    expect(await run(world)).toEqual({ kind: 'failed', why: 'the loss is NaN' })
    expect(world.scored).toEqual([])
  })

  test('hands on every other error: it is no word about the model', async () => {
    await expect(run(pipelineWorld({ fit: 'breaks' }))).rejects.toThrow('the disk is gone')
  })

  test('a challenger that is clearly worse is rejected by its gates', async () => {
    const outcome = await run(pipelineWorld({ fit: 2 }))
    expect(outcome.kind === 'trained' && outcome.verdicts.at(-1)).toMatchObject({
      gate: 'paired-blocks',
      outcome: 'fail',
    })
  })
})

describe('a training that is refused before it starts', () => {
  test('when more than half of its span breaks the contract; half is still allowed', async () => {
    const world = pipelineWorld()
    expect(await run(world, { exclude: [4, 5, 6] })).toEqual({
      kind: 'blocked',
      isCorrupted: true,
      breaches: ['3 of the 4 windows to learn from break the data contract; at most half may'],
    })
    expect(world.fitted).toEqual([])
    expect(await run(world, { exclude: [4, 5] })).toMatchObject({ kind: 'trained' })
  })

  test('when too few windows are fit to judge on', async () => {
    const world = pipelineWorld()
    expect(await run(world, { toWindow: 2, holdOutWindows: 3 })).toEqual({
      kind: 'blocked',
      isCorrupted: false,
      breaches: ['only 2 of 3 windows are fit to judge on'],
    })
    expect(world.fitted).toEqual([])
  })

  test('when all it could learn from is quarantined', async () => {
    const exclude = [0, 1, 2, 3, 4, 5, 6, 7]
    expect(await run(pipelineWorld(), { exclude })).toMatchObject({ kind: 'blocked' })
  })
})

describe('a champion that learned from the windows to be held out', () => {
  test('is judged only on those that it did not learn from, and the run says so', async () => {
    const world = pipelineWorld()
    const outcome = await run(world, {}, { windows: [5, 6, 7, 8], wrongEvery: 5 })
    expect(new Set(world.scored.map(([, window]) => window))).toEqual(new Set([9]))
    expect(outcome).toMatchObject({
      kind: 'trained',
      notes: ['learned from 4 windows, 4 to 7', 'not judged on window 8, which the live version learned from'],
    })
  })

  test('of all of them cannot be judged against, which no gate takes for a pass', async () => {
    const world = pipelineWorld()
    const outcome = await run(world, {}, { windows: [6, 7, 8, 9], wrongEvery: 5 })
    expect(world.scored).toEqual([])
    expect(outcome.kind === 'trained' && outcome.verdicts.map((verdict) => verdict.outcome)).toEqual([
      'inconclusive',
      'inconclusive',
      'inconclusive',
    ])
  })
})
