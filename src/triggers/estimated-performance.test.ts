import { describe, expect, test } from 'vitest'
import { triggerContext } from '../../test/support/trigger-context.ts'
import type { EstimateEvidence, Evidence } from '../base/evidence.ts'
import { estimatedPerformanceTrigger } from './estimated-performance.ts'

const BLIND = { kind: 'insufficient', detector: 'cbpe', subject: 'accuracy', rows: 9, needRows: 100 } as const

function estimated(value: number, reach = 0.01, about: Partial<EstimateEvidence> = {}): EstimateEvidence {
  const interval = { low: value - reach, high: value + reach, level: 0.95 }
  const subject = { detector: 'cbpe', subject: 'accuracy', rows: 400 }
  return { kind: 'estimate', ...subject, value, interval, unit: 'metric', baseline: 0.8, ...about }
}

function decide(evidence: readonly Evidence[], options: object = {}) {
  const config = estimatedPerformanceTrigger.config.parse({ trigger: 'estimated-performance', ...options })
  return estimatedPerformanceTrigger.decide(triggerContext({ evidence }), config)
}

describe('hints', () => {
  // 5 % below .8 is .76.
  test('when the whole interval lies more than the share below the baseline', () => {
    expect(decide([estimated(0.749, 0.01)])).toMatchObject({ kind: 'retrain', because: [{ value: 0.749, rows: 400 }] })
    expect(decide([estimated(0.751, 0.01)]).kind).toBe('wait')
  })

  test('on the value alone when it need not be sure', () => {
    expect(decide([estimated(0.759, 0.01)], { sure: false }).kind).toBe('retrain')
    expect(decide([estimated(0.761, 0.01)], { sure: false }).kind).toBe('wait')
  })

  test('for errors of values when they rise above it', () => {
    const mae = (value: number) => estimated(value, 0.01, { detector: 'dle', subject: 'mae', baseline: 2 })
    expect(decide([mae(2.12)], { detector: 'dle' }).kind).toBe('retrain')
    expect(decide([mae(2.105)], { detector: 'dle' }).kind).toBe('wait')
    expect(decide([mae(1.5)], { detector: 'dle' }).kind).toBe('wait')
  })

  test('never hard', () => {
    expect(decide([estimated(0.1)])).not.toHaveProperty('isHard')
  })
})

describe('is undecided', () => {
  test('without the estimate of its metric by its detector', () => {
    const others = [estimated(0.1, 0.01, { subject: 'auc' }), estimated(0.1, 0.01, { detector: 'pape' })]
    expect(decide(others)).toMatchObject({ kind: 'undecided', missing: ['baseline'] })
  })

  test('with too few rows', () => {
    expect(decide([BLIND])).toMatchObject({ kind: 'undecided', missing: ['rows'] })
  })

  test('without a baseline', () => {
    const { baseline: _, ...bare } = estimated(0.1)
    expect(decide([bare])).toMatchObject({ kind: 'undecided', missing: ['baseline'] })
  })

  test('while the labels only say how far off an estimate was', () => {
    expect(decide([estimated(0.1, 0.01, { subject: 'accuracy-error' })]).kind).toBe('undecided')
  })
})

test('asks the detector for a metric that it does not estimate by itself', () => {
  const needs = (options: object) =>
    estimatedPerformanceTrigger.needs(
      estimatedPerformanceTrigger.config.parse({ trigger: 'estimated-performance', ...options }),
    )
  expect(needs({})).toEqual([{ detector: 'cbpe' }])
  expect(needs({ metric: 'auc' })).toEqual([{ detector: 'cbpe' }])
  expect(needs({ detector: 'pape', metric: 'recall' })).toEqual([
    { detector: 'pape', options: { metrics: ['recall'] } },
  ])
})

test.each([
  [{ detector: 'dle', metric: 'auc' }, 'must be one that dle estimates: mae, rmse'],
  [{ detector: 'cbpe', metric: 'mae' }, 'must be one that cbpe estimates: accuracy'],
])('refuses %o', (options, message) => {
  const parsed = estimatedPerformanceTrigger.config.safeParse({ trigger: 'estimated-performance', ...options })
  expect(parsed.error?.issues[0]?.message).toContain(message)
})
