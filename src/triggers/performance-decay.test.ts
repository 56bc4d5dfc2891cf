import { expect, test } from 'vitest'
import { triggerContext } from '../../test/support/trigger-context.ts'
import type { EstimateEvidence } from '../base/evidence.ts'
import { performanceDecayTrigger } from './performance-decay.ts'

function decide(seen: Partial<EstimateEvidence>, options: object = {}) {
  const value = seen.value ?? 0
  const interval = { low: value - 0.02, high: value + 0.02, level: 0.95 }
  const about = { kind: 'estimate', detector: 'performance', subject: 'loss', rows: 400, unit: 'loss per row' } as const
  const evidence: EstimateEvidence = { ...about, value, interval, ...seen }
  const context = triggerContext({ evidence: [evidence] })
  return performanceDecayTrigger.decide(
    context,
    performanceDecayTrigger.config.parse({ trigger: 'performance-decay', ...options }),
  )
}

test('fires just above 1.03 × the loss of the first live window, whatever the noise', () => {
  expect(decide({ value: 0.2059, baseline: 0.2 }).kind).toBe('wait')
  expect(decide({ value: 0.2061, baseline: 0.2 }).kind).toBe('retrain')
})

test('sure asks for the whole interval', () => {
  expect(decide({ value: 0.2061, baseline: 0.2 }, { sure: true }).kind).toBe('wait')
  expect(decide({ value: 0.24, baseline: 0.2 }, { sure: true }).kind).toBe('retrain')
})

test('in the first live window it is undecided for want of a baseline', () => {
  expect(decide({ value: 0.9 })).toMatchObject({ kind: 'undecided', missing: ['baseline'] })
})

test('a metric where higher is better decays downwards, also from below zero', () => {
  const auc = { subject: 'auc', baseline: 0.9 }
  expect(decide({ ...auc, value: 0.87 }, { metric: 'auc' }).kind).toBe('retrain')
  expect(decide({ ...auc, value: 0.95 }, { metric: 'auc' }).kind).toBe('wait')
  const r2 = { subject: 'r2', baseline: -0.5 }
  expect(decide({ ...r2, value: -0.5 }, { metric: 'r2' }).kind).toBe('wait')
  expect(decide({ ...r2, value: -0.52 }, { metric: 'r2' }).kind).toBe('retrain')
})

test('a better loss than at first never fires', () => {
  expect(decide({ value: 0.1, baseline: 0.2 }).kind).toBe('wait')
})
