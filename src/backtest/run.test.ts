import { describe, expect, test } from 'vitest'
import { matrixWorld } from '../../test/support/matrix-world.ts'
import { NO_INSPECTION } from '../watch/inspect.ts'
import { observe } from './observed.ts'
import { defaultPolicies, selectPolicies } from './policies.ts'
import { type BacktestQuestion, type PlayedPolicy, playAll } from './run.ts'

/** From window 6 on, models that know nothing newer than window 5 are wrong on 5 rows of 10 instead of 1. */
const WORLD = matrixWorld({ windows: 12, warmupWindows: 4, wrong: (i, j) => (i < 6 && j >= 6 ? 5 : 1) })

function ask(change: Partial<BacktestQuestion> = {}): Promise<PlayedPolicy[]> {
  return playAll(observe(WORLD.stream, 7), () => WORLD.ports, {
    policies: selectPolicies(defaultPolicies(), ['never', 'periodic-3']),
    costs: [0.1, 5],
    labelDelayWindows: 0,
    initial: WORLD.initial,
    rollingModel: WORLD.rolling,
    ...change,
  })
}

const figuresOf = (played: readonly PlayedPolicy[], id: string, at: number) =>
  played.find((policy) => policy.id === id)?.byCost[at]

describe('the figures of a policy', () => {
  test('are the mean loss of each window under the model that answered it', async () => {
    const played = await ask()
    expect(figuresOf(played, 'never', 0)?.lossByWindow).toEqual([0.1, 0.1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    // Trained after windows 6 and 9.
    expect(figuresOf(played, 'periodic-3', 0)?.lossByWindow).toEqual([0.1, 0.1, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1])
    expect(figuresOf(played, 'periodic-3', 0)?.meanLoss).toBeCloseTo(1.2 / 8, 12)
  })

  test('the excess is the cost above the optimum in hindsight, a window', async () => {
    const played = await ask()
    // Best: one training after window 6, 1.2 + .1 = 1.3; never 3.2; periodic 1.2 + .2 = 1.4. At α = 5 never is best.
    expect(figuresOf(played, 'hindsight', 0)).toMatchObject({ trained: [6], deployed: [[6, 6]], probe: 0 })
    expect(figuresOf(played, 'hindsight', 0)?.excess).toBeCloseTo(0, 12)
    expect(figuresOf(played, 'never', 0)?.excess).toBeCloseTo((3.2 - 1.3) / 8, 12)
    expect(figuresOf(played, 'periodic-3', 0)?.excess).toBeCloseTo(0.1 / 8, 12)
    expect(figuresOf(played, 'hindsight', 1)?.trained).toEqual([])
    expect(figuresOf(played, 'never', 1)?.excess).toBeCloseTo(0, 12)
    expect(figuresOf(played, 'periodic-3', 1)?.excess).toBeCloseTo((1.2 + 10 - 3.2) / 8, 12)
  })

  test('hold the usual metrics over all online rows', async () => {
    const quality = figuresOf(await ask(), 'never', 0)?.quality
    expect(quality?.map(({ metric }) => metric)).toEqual(['auc', 'log-loss', 'accuracy'])
    // 2 windows with 1 wrong row of 10, 6 with 5: 32 of 80.
    expect(quality?.[2]).toMatchObject({ metric: 'accuracy', value: 0.6, rows: 80 })
  })
})

test('the optimum in hindsight comes last and is marked', async () => {
  const played = await ask()
  expect(played.map(({ id, isHindsight }) => [id, isHindsight])).toEqual([
    ['never', false],
    ['periodic-3', false],
    ['hindsight', true],
  ])
})

test('with labels 2 windows late hindsight deploys 2 windows late, as everybody must', async () => {
  const best = figuresOf(await ask({ labelDelayWindows: 2 }), 'hindsight', 0)
  expect(best?.deployed).toEqual([[6, 6]])
  // The model of window 6 answers from window 9 on.
  expect(best?.lossByWindow).toEqual([0.1, 0.1, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1])
  expect(best?.excess).toBeCloseTo(0, 12)
})

test('hindsight does without the models whose training failed', async () => {
  const played = await ask({ rollingModel: (window) => (window === 6 ? null : WORLD.rolling(window)) })
  expect(figuresOf(played, 'hindsight', 0)?.trained).toEqual([7])
})

test('a policy that does not read the cost is played once, one that does is played for each', async () => {
  const trainings: string[] = []
  await ask({
    policies: selectPolicies(defaultPolicies(), ['periodic-3', 'avoidable-loss']),
    onPlayed: (p) => trainings.push(p),
  })
  expect(trainings).toHaveLength(2)
  const asked: string[] = []
  const counting = (id: string) => ({
    ...WORLD.ports,
    inspectLabels: (window: number) => {
      asked.push(`${id} ${window}`)
      return NO_INSPECTION
    },
  })
  await playAll(observe(WORLD.stream, 7), (policy) => counting(policy.id), {
    policies: selectPolicies(defaultPolicies(), ['never', 'avoidable-loss']),
    costs: [0.1, 5],
    labelDelayWindows: 0,
    initial: WORLD.initial,
    rollingModel: WORLD.rolling,
  })
  expect(asked.filter((entry) => entry === 'never 5')).toHaveLength(1)
  expect(asked.filter((entry) => entry === 'avoidable-loss 5')).toHaveLength(2)
})
