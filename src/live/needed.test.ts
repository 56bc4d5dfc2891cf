import { describe, expect, it, test } from 'vitest'
import type { TrainingPlan } from '../base/training.ts'
import { startLoop } from '../loop/state.ts'
import { type LifeNeeds, oldestNeeded } from './needed.ts'

const STATE = startLoop(1, 199, 0)
const NEEDS: LifeNeeds = {
  cursor: { nextWindow: 205, nextMatured: 200, nextObservation: 1, closedTo: 0 },
  state: STATE,
  loop: { data: { strategy: 'rolling', windows: 30 }, holdOutWindows: 2, probationWindows: 3 },
  learned: [[190, 191]],
}
const PLAN: TrainingPlan = {
  data: { strategy: 'rolling', windows: 5 },
  toWindow: 199,
  holdOutWindows: 2,
  changeWindow: null,
  exclude: [],
}

test('the next rolling training, what judges it, and a few windows more are needed', () => {
  expect(oldestNeeded(NEEDS)).toBe(200 - 2 - 3 - 20 - 30)
})

test('without a span of its own the rolling one is that of all windows so far', () => {
  expect(oldestNeeded({ ...NEEDS, loop: { ...NEEDS.loop, data: { strategy: 'rolling' } } })).toBe(200 - 25 - 30)
})

test('a training that weighs rows by age needs its newest windows, or all', () => {
  const weighted = { strategy: 'recency-weighted', halfLifeWindows: 2 } as const
  expect(oldestNeeded({ ...NEEDS, loop: { ...NEEDS.loop, data: weighted } })).toBe(0)
  expect(oldestNeeded({ ...NEEDS, loop: { ...NEEDS.loop, data: { ...weighted, windows: 30 } } })).toBe(200 - 25 - 30)
})

describe('each of these needs older windows than all others', () => {
  const cases: readonly (readonly [string, Partial<LifeNeeds>, number])[] = [
    ['a training on everything', { loop: { ...NEEDS.loop, data: { strategy: 'full' } } }, 0],
    ['a version that may be served again', { learned: [[190], [40, 41], [60]] }, 40],
    ['a version of which nobody knows what it learned', { learned: [[190], []] }, 0],
    ['a run under way', { state: { ...STATE, run: { run: 1, plan: { ...PLAN, toWindow: 100 }, trainer: null } } }, 73],
    [
      'a run that learns since a change',
      { state: { ...STATE, run: { run: 1, plan: { ...PLAN, changeWindow: 12 }, trainer: null } } },
      12,
    ],
    [
      'a proposal',
      { state: { ...STATE, proposal: [{ kind: 'start-run', run: 2, plan: { ...PLAN, toWindow: 90 } }] } },
      63,
    ],
    [
      'a decision that waits for scores',
      { state: { ...STATE, pending: { purpose: 'reuse', window: 33, live: 1, evidence: [] } } },
      33,
    ],
    ['labels that are long out', { cursor: { ...NEEDS.cursor, nextMatured: 60 } }, 5],
  ]
  it.each(cases)('%s', (_, more, window) => {
    expect(oldestNeeded({ ...NEEDS, ...more })).toBe(window)
  })
})
