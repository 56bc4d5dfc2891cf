import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DataStrategy, TrainingPlan } from '../base/training.ts'
import { chooseWindows } from './plan.ts'

function plan(change: Partial<TrainingPlan>): TrainingPlan {
  return { data: { strategy: 'full' }, toWindow: 9, holdOutWindows: 0, changeWindow: null, exclude: [], ...change }
}

/** The windows for a stream whose rolling span is 4, under a champion that learned from `championFrom` on. */
function choose(change: Partial<TrainingPlan>, championFrom = 0) {
  return chooseWindows(plan(change), 4, championFrom)
}

const ROLLING: DataStrategy = { strategy: 'rolling' }

describe('the windows to learn from', () => {
  test('full: all of them', () => {
    expect(choose({ toWindow: 3 })).toEqual({ train: [0, 1, 2, 3], heldOut: [], excluded: [] })
  })

  test('rolling: the newest, as many as asked for or as the stream has by default', () => {
    expect(choose({ data: ROLLING }).train).toEqual([6, 7, 8, 9])
    expect(choose({ data: { strategy: 'rolling', windows: 2 } }).train).toEqual([8, 9])
    expect(choose({ data: ROLLING, toWindow: 1 }).train).toEqual([0, 1])
  })

  test('since-change: from the located change on, but never fewer than asked for', () => {
    const sinceChange = (changeWindow: number | null, minWindows = 2) =>
      choose({ data: { strategy: 'since-change', minWindows }, changeWindow }).train
    expect(sinceChange(5)).toEqual([5, 6, 7, 8, 9])
    expect(sinceChange(9)).toEqual([8, 9])
    expect(sinceChange(0)).toHaveLength(10)
    expect(sinceChange(9, 30)).toHaveLength(10)
  })

  test('since-change without a located change: the rolling span', () => {
    const data: DataStrategy = { strategy: 'since-change', minWindows: 2 }
    expect(choose({ data }).train).toEqual([6, 7, 8, 9])
  })

  test('since-change without a located change: nothing from before the first window of the champion', () => {
    const data: DataStrategy = { strategy: 'since-change', minWindows: 2 }
    expect(choose({ data }, 7).train).toEqual([7, 8, 9])
    expect(choose({ data }, 9).train).toEqual([8, 9])
    expect(choose({ data, changeWindow: 4 }, 7).train).toEqual([4, 5, 6, 7, 8, 9])
    expect(choose({ data: ROLLING }, 7).train).toEqual([6, 7, 8, 9])
  })

  test('since-change without a located change does not reach back before the first window of the champion', () => {
    const data: DataStrategy = { strategy: 'since-change', minWindows: 2 }
    expect(chooseWindows(plan({ data }), 4, 8).train).toEqual([8, 9])
    expect(chooseWindows(plan({ data }), 4, 9).train).toEqual([8, 9])
    expect(chooseWindows(plan({ data }), 4, 2).train).toEqual([6, 7, 8, 9])
    expect(chooseWindows(plan({ data, changeWindow: 5 }), 4, 8).train).toEqual([5, 6, 7, 8, 9])
    expect(chooseWindows(plan({ data: ROLLING }), 4, 8).train).toEqual([6, 7, 8, 9])
  })

  test('recency-weighted learns from all windows, or from the newest ones that it names', () => {
    const data: DataStrategy = { strategy: 'recency-weighted', halfLifeWindows: 2 }
    expect(choose({ data }, 7).train).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(choose({ data: { ...data, windows: 3 } }, 7).train).toEqual([7, 8, 9])
  })

  test('a hold-out moves the span back, and since-change learns from before it', () => {
    expect(choose({ data: ROLLING, holdOutWindows: 2 })).toEqual({
      train: [4, 5, 6, 7],
      heldOut: [8, 9],
      excluded: [],
    })
    const data: DataStrategy = { strategy: 'since-change', minWindows: 2 }
    expect(choose({ data, changeWindow: 8, holdOutWindows: 2 }).train).toEqual([6, 7])
  })

  test('a window that the contract keeps out is neither learned from nor judged on, and does not stretch the span', () => {
    expect(choose({ data: ROLLING, exclude: [7, 20] })).toEqual({
      train: [6, 8, 9],
      heldOut: [],
      excluded: [7],
    })
    expect(choose({ data: ROLLING, holdOutWindows: 2, exclude: [9, 7, 5] })).toEqual({
      train: [2, 3, 4],
      heldOut: [6, 8],
      excluded: [5],
    })
  })

  test('window 0 is learned from, never held out', () => {
    expect(choose({ toWindow: 2, holdOutWindows: 9 })).toEqual({
      train: [0],
      heldOut: [1, 2],
      excluded: [],
    })
  })
})

const anyData: fc.Arbitrary<DataStrategy> = fc.oneof(
  fc.constant<DataStrategy>({ strategy: 'full' }),
  fc.record({
    strategy: fc.constant('rolling' as const),
    windows: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
  }),
  fc.record({ strategy: fc.constant('since-change' as const), minWindows: fc.integer({ min: 1, max: 8 }) }),
  fc.record({
    strategy: fc.constant('recency-weighted' as const),
    halfLifeWindows: fc.double({ min: 0.1, max: 50, noNaN: true }),
    windows: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
  }),
)
const anyPlan: fc.Arbitrary<TrainingPlan> = fc
  .record({
    data: anyData,
    toWindow: fc.nat(25),
    holdOutWindows: fc.nat(6),
    exclude: fc.uniqueArray(fc.nat(30), { maxLength: 12 }),
    change: fc.option(fc.nat(25)),
  })
  .map(({ change, ...rest }) => ({ ...rest, changeWindow: change === null ? null : Math.min(change, rest.toWindow) }))

test('held-out windows are newer than all learned ones, and nothing excluded or still unlabelled is chosen', () => {
  fc.assert(
    fc.property(anyPlan, fc.integer({ min: 1, max: 10 }), fc.nat(30), (asked, rollingWindows, championFrom) => {
      const { train, heldOut, excluded } = chooseWindows(asked, rollingWindows, championFrom)
      const chosen = [...train, ...heldOut]
      expect(chosen).toEqual([...new Set(chosen)].toSorted((a, b) => a - b))
      expect(Math.max(-1, ...train)).toBeLessThan(Math.min(26, ...heldOut))
      for (const window of chosen) {
        expect(window).toBeGreaterThanOrEqual(0)
        expect(window).toBeLessThanOrEqual(asked.toWindow)
        expect(asked.exclude).not.toContain(window)
      }
      for (const window of excluded) expect(asked.exclude).toContain(window)
      expect(heldOut.length).toBeLessThanOrEqual(asked.holdOutWindows)
      // The newest fit windows are the ones held out: none was passed over.
      const fit = Array.from({ length: asked.toWindow }, (_, i) => i + 1).filter((w) => !asked.exclude.includes(w))
      expect(heldOut).toEqual(asked.holdOutWindows === 0 ? [] : fit.slice(-asked.holdOutWindows))
    }),
    { numRuns: 300, seed: 5 },
  )
})
