import { describe, expect, test } from 'vitest'
import { type ConceptWorld, conceptWorld } from '../../test/support/concept-world.ts'
import type { LoopConfig } from '../loop/config.ts'
import { CHARGES } from './charges.ts'
import { observe } from './observed.ts'
import { defaultPolicies, type Policy, selectPolicies } from './policies.ts'
import { replay } from './replay.ts'

/** The concept changes after window 11 and comes back after window 23. */
const CHANGE = 12
const RETURN = 24
const THERE_AND_BACK = conceptWorld({
  concepts: `${'0'.repeat(CHANGE)}${'1'.repeat(RETURN - CHANGE)}${'0'.repeat(12)}`,
})

async function play(id: string, world: ConceptWorld, cost = 0.1, labelDelayWindows = 0) {
  const [policy] = selectPolicies(defaultPolicies(), [id])
  if (policy === undefined) throw new Error(`no policy ${id}`)
  const loop = { ...policy.loop, cost, labelDelayWindows }
  const request = { loop, detectors: policy.detectors, initial: world.initial }
  return replay(observe(world.stream, 7), world.ports, request)
}

describe('a change of concept and its return', () => {
  test('avoidable loss trains once, and then brings the first version back without a training', async () => {
    const result = await play('avoidable-loss', THERE_AND_BACK)
    expect(result.trained).toHaveLength(1)
    const [at = 0] = result.trained
    expect(at).toBeGreaterThan(CHANGE)
    expect(at).toBeLessThan(CHANGE + 6)
    expect(result.deployed).toHaveLength(2)
    const [back, model] = result.deployed[1] ?? [0, 0]
    expect(model).toBe(THERE_AND_BACK.initial.trainedTo)
    expect(back).toBeGreaterThanOrEqual(RETURN)
    expect(back).toBeLessThan(RETURN + 6)
    expect(result.decisions.filter(({ kind }) => kind === 'reinstate')).toHaveLength(1)
    // By then each concept is served by a model that knows it.
    const concepts = result.serving.map((one) => THERE_AND_BACK.conceptOf(one))
    expect(concepts.slice(at + 1 - 4, RETURN - 4)).toEqual(new Array(RETURN - at - 1).fill(1))
    expect(concepts.slice(back + 1 - 4)).toEqual(new Array(36 - back - 1).fill(0))
  })

  test('without reuse it trains twice', async () => {
    const result = await play('avoidable-loss-no-reuse', THERE_AND_BACK)
    expect(result.trained).toHaveLength(2)
    expect(result.decisions.every(({ kind }) => kind !== 'reinstate')).toBe(true)
  })

  test('what it is charged follows from its decisions alone', async () => {
    const { trained, decisions, probe, deployed } = await play('avoidable-loss', THERE_AND_BACK)
    const [[at = 0] = [], [back = 0] = []] = deployed
    expect(trained).toEqual([at])
    // Probation scores version 1 on 2 windows. Each hint under version 2 scores version 1 once. To come back, version 1
    // is scored on the 3 newest windows before the one it was compared on.
    const hints = decisions.filter(
      ({ kind, live }) => live === 2 && ['reinstate', 'postpone', 'retrain'].includes(kind),
    )
    expect(hints.map(({ kind }) => kind)).toEqual(['reinstate'])
    expect(hints[0]?.window).toBe(back)
    const windows = THERE_AND_BACK.stream.windows.length - 1 - THERE_AND_BACK.stream.warmupWindows
    const scorings = 2 + hints.length + 3
    expect(probe).toBeCloseTo(windows * CHARGES.tables + CHARGES.octiles + scorings * CHARGES.scoring, 9)
  })

  test('a training that costs more than the change ever will is not made', async () => {
    expect((await play('avoidable-loss', THERE_AND_BACK, 1000)).trained).toEqual([])
  })

  test('with late labels it still trains, and on the new concept', async () => {
    const result = await play('avoidable-loss', THERE_AND_BACK, 0.1, 2)
    expect(result.trained.length).toBeGreaterThan(0)
    const first = result.deployed[0]?.[1] ?? 0
    expect(
      THERE_AND_BACK.conceptOf(result.serving.find((model) => model.trainedTo === first) ?? THERE_AND_BACK.initial),
    ).toBe(1)
  })
})

describe('a stream on which nothing changes', () => {
  const quiet = conceptWorld({ concepts: '0'.repeat(30) })

  test.each(['avoidable-loss', 'avoidable-loss-no-reuse', 'psi', 'never'])('%s never trains', async (id) => {
    expect((await play(id, quiet, 0.02)).trained).toEqual([])
  })

  test('avoidable loss pays for its tables and for nothing else', async () => {
    expect((await play('avoidable-loss', quiet)).probe).toBeCloseTo(25 * CHARGES.tables, 12)
  })
})

test('labels that turn to noise are no reason to train: nothing could be learned', async () => {
  const noisy = conceptWorld({ concepts: '0'.repeat(24), labelsDifferFrom: 14 })
  expect((await play('decay-3', noisy)).trained.length).toBeGreaterThan(0)
  expect((await play('avoidable-loss', noisy)).trained).toEqual([])
})

test('weighed by recency, trainings of a schedule learn the new rule sooner than those on all windows alike', async () => {
  const policies = selectPolicies(defaultPolicies(), ['every-window'])
  const learnedAt = async (data: LoopConfig['data']) => {
    const world = conceptWorld({ concepts: `${'0'.repeat(CHANGE)}${'1'.repeat(30)}` })
    const loop = { ...(policies[0] as Policy).loop, data, cost: 0.1, labelDelayWindows: 0 }
    const result = await replay(observe(world.stream, 7), world.ports, { loop, detectors: [], initial: world.initial })
    const online = result.serving.findIndex((model) => world.conceptOf(model) === 1)
    return online < 0 ? Number.NaN : online + world.stream.warmupWindows
  }
  // A window of the new rule outweighs all before it at a half-life of 1; four do at one of 4; unweighted as many as went before.
  expect(await learnedAt({ strategy: 'recency-weighted', halfLifeWindows: 1 })).toBe(CHANGE + 1)
  expect(await learnedAt({ strategy: 'recency-weighted', halfLifeWindows: 4 })).toBe(CHANGE + 4)
  expect(await learnedAt({ strategy: 'full' })).toBe(2 * CHANGE)
})
