import { describe, expect, test } from 'vitest'
import { triggerContext } from '../../test/support/trigger-context.ts'
import type { EstimateEvidence, Evidence } from '../base/evidence.ts'
import { avoidableLossTrigger as trigger } from './avoidable-loss.ts'
import type { TriggerContext } from './trigger.ts'

const CONFIG = trigger.config.parse({ trigger: 'avoidable-loss' })
const NO_REUSE = trigger.config.parse({ trigger: 'avoidable-loss', reuse: false })

function gap(value: number, low: number, previous?: number): EstimateEvidence {
  return {
    kind: 'estimate',
    detector: 'avoidable-loss',
    subject: 'loss',
    rows: 1000,
    value,
    interval: { low, high: 2 * value - low, level: 0.6827 },
    unit: 'loss per row',
    ...(previous === undefined ? {} : { previous }),
  }
}

function decide(evidence: readonly Evidence[], rest: Partial<TriggerContext> = {}, config = NO_REUSE) {
  const context = triggerContext({ evidence, ...rest })
  return trigger.decide(context, config)
}

test('no detector is no labels, and an insufficient window is no rows', () => {
  expect(decide([])).toMatchObject({ kind: 'undecided', missing: ['labels'] })
  const few: Evidence = {
    kind: 'insufficient',
    detector: 'avoidable-loss',
    subject: 'loss',
    rows: 10,
    needRows: 20,
  }
  expect(decide([few])).toMatchObject({ kind: 'undecided', missing: ['rows'] })
})

test('evidence of other detectors is not read', () => {
  expect(decide([{ ...gap(0.3, 0.2), detector: 'performance' }])).toMatchObject({ missing: ['labels'] })
})

describe('a training', () => {
  test('starts just above H · g_lo = 1.015 α, not at it', () => {
    expect(decide([gap(0.02, 0.01015)]).kind).toBe('wait')
    expect(decide([gap(0.02, 0.010151)])).toMatchObject({ kind: 'retrain' })
    expect(decide([gap(0.02, 0.010151)], { horizonWindows: 9 }).kind).toBe('wait')
    expect(decide([gap(0.02, 0.010151)], { cost: 0.11 }).kind).toBe('wait')
  })

  test('rests on the sure part of the gap, not on the gap', () => {
    expect(decide([gap(0.3, 0.004)]).kind).toBe('wait')
    expect(decide([gap(0.3, -0.1)]).kind).toBe('wait')
  })

  test('never starts for a sure gap at the floor, however cheap it is', () => {
    expect(decide([gap(0.02, 0.005)], { cost: 0 }).kind).toBe('wait')
    expect(decide([gap(0.02, 0.00501)], { cost: 0 }).kind).toBe('retrain')
  })

  test('waits while the gap grew by more than .3 of itself, twice at most', () => {
    const growing = gap(0.1, 0.05, 0.069)
    expect(decide([growing])).toMatchObject({ kind: 'wait', isPostponed: true })
    expect(decide([growing], { waits: 1 })).toMatchObject({ kind: 'wait', isPostponed: true })
    expect(decide([growing], { waits: 2 }).kind).toBe('retrain')
    expect(decide([gap(0.1, 0.05, 0.071)]).kind).toBe('retrain')
    expect(decide([gap(0.1, 0.05, 0.2)]).kind).toBe('retrain')
  })

  test('does not wait where no window was tested before', () => {
    expect(decide([gap(0.1, 0.05)]).kind).toBe('retrain')
  })

  test('that would not pay is not called postponed', () => {
    expect(decide([gap(0.1, 0.009, 0.01)])).not.toHaveProperty('isPostponed')
  })

  test('says what it rests on', () => {
    const decision = decide([gap(0.1, 0.05)])
    expect(decision.because[0]).toMatchObject({ by: 'avoidable-loss', value: 0.5, limit: 1.015 * 0.1, rows: 1000 })
  })
})

describe('retired versions', () => {
  const hint = gap(0.1, 0.05)
  const one = (version: number, sum: number, sumSquares = sum, rows = 1000) => ({ version, rows, sum, sumSquares })

  test('are asked for at the hint, H · g_lo > .2 α, and not before', () => {
    expect(decide([gap(0.1, 0.0051)], { cost: 0.25 }, CONFIG)).toMatchObject({
      kind: 'undecided',
      missing: ['retired-versions'],
    })
    expect(decide([gap(0.1, 0.0051)], { cost: 0.26 }, CONFIG).kind).toBe('wait')
    expect(decide([gap(0.1, 0.005)], { cost: 0.01 }, CONFIG).kind).toBe('wait')
    expect(decide([hint], {}, NO_REUSE).kind).toBe('retrain')
  })

  test('come back where they clearly beat the live one and win .3 of the gap', () => {
    // .3 · .1 · 1,000 rows = 30.
    expect(decide([hint], { comparisons: [one(3, 31)] }, CONFIG)).toMatchObject({ kind: 'reinstate', version: 3 })
    expect(decide([hint], { comparisons: [one(3, 30)] }, CONFIG).kind).toBe('retrain')
    // 31 > 1.64 √(V + 1) up to V = 356.3.
    expect(decide([hint], { comparisons: [one(3, 31, 356)] }, CONFIG).kind).toBe('reinstate')
    expect(decide([hint], { comparisons: [one(3, 31, 357)] }, CONFIG).kind).toBe('retrain')
  })

  test('are chosen by the largest Σδ among those that pass', () => {
    const comparisons = [one(1, 40), one(2, 60), one(3, 90, 5000), one(4, 50)]
    expect(decide([hint], { comparisons }, CONFIG)).toMatchObject({ kind: 'reinstate', version: 2 })
  })

  test('may come back where a training would not pay', () => {
    const small = gap(0.02, 0.008)
    expect(decide([small], { comparisons: [one(3, 31)] }, CONFIG).kind).toBe('reinstate')
    expect(decide([small], { comparisons: [one(3, 1)] }, CONFIG).kind).toBe('wait')
    expect(decide([small], { comparisons: [] }, CONFIG).kind).toBe('wait')
  })

  test('come back also while the gap grows', () => {
    const growing = gap(0.1, 0.05, 0)
    expect(decide([growing], { comparisons: [one(3, 50)] }, CONFIG).kind).toBe('reinstate')
  })
})
