import { expect, test } from 'vitest'
import { triggerContext } from '../../test/support/trigger-context.ts'
import type { EstimateEvidence, Evidence } from '../base/evidence.ts'
import { performanceFloorTrigger } from './performance-floor.ts'

function measured(subject: string, value: number, reach: number): EstimateEvidence {
  const interval = { low: value - reach, high: value + reach, level: 0.95 }
  return { kind: 'estimate', detector: 'performance', subject, rows: 400, value, interval, unit: 'metric' }
}

function decide(evidence: readonly Evidence[], options: object) {
  const context = triggerContext({ evidence })
  return performanceFloorTrigger.decide(
    context,
    performanceFloorTrigger.config.parse({ trigger: 'performance-floor', ...options }),
  )
}

test('fires only when the whole interval lies below the floor', () => {
  expect(decide([measured('accuracy', 0.8, 0.04)], { floor: 0.85 }).kind).toBe('retrain')
  expect(decide([measured('accuracy', 0.83, 0.04)], { floor: 0.85 }).kind).toBe('wait')
})

test('fires on the value alone when it need not be sure', () => {
  expect(decide([measured('accuracy', 0.83, 0.04)], { floor: 0.85, sure: false }).kind).toBe('retrain')
  expect(decide([measured('accuracy', 0.85, 0.04)], { floor: 0.85, sure: false }).kind).toBe('wait')
})

test('of a metric where lower is better the floor is a ceiling', () => {
  expect(decide([measured('log-loss', 0.9, 0.05)], { metric: 'log-loss', floor: 0.7 }).kind).toBe('retrain')
  expect(decide([measured('log-loss', 0.5, 0.05)], { metric: 'log-loss', floor: 0.7 }).kind).toBe('wait')
})

test('another metric’s evidence says nothing', () => {
  expect(decide([measured('auc', 0.2, 0.01)], {})).toMatchObject({ kind: 'undecided', missing: ['labels'] })
})

test('says what it saw against what', () => {
  const decision = decide([measured('accuracy', 0.8, 0.04)], { floor: 0.85 })
  expect(decision.because).toEqual([
    {
      by: 'performance-floor',
      text: 'accuracy 0.8000 [0.7600, 0.8400] is below the floor 0.85',
      value: 0.8,
      limit: 0.85,
      rows: 400,
    },
  ])
})

test('asks the detector for its own metric', () => {
  const config = performanceFloorTrigger.config.parse({ trigger: 'performance-floor', metric: 'f1' })
  expect(performanceFloorTrigger.needs(config)).toEqual([{ detector: 'performance', options: { metrics: ['f1'] } }])
})
