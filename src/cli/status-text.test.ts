import { describe, expect, test } from 'vitest'
import type { ModelStatus } from '../http/shapes/status.ts'
import { statusText } from './status-text.ts'

const DAY = Date.UTC(2026, 5, 14, 9, 30)

const FIT: ModelStatus = {
  name: 'churn',
  phase: 'living',
  mode: 'approve',
  state: 'fit',
  champion: { version: 3, since: DAY, reason: 'promoted' },
  quality: { metric: 'auc', value: 0.81234, low: 0.79, high: 0.83, rows: 1204, window: 12, version: 3 },
  lastDecision: { seq: 41, kind: 'keep', at: DAY, sentence: 'Nothing that matters moved.' },
  activeRun: null,
  proposal: null,
  breaker: { open: false, because: null },
  watermark: DAY,
  closedTo: DAY,
  nextWindowEnd: DAY,
  windows: { closed: 1, matured: 0 },
  isDeciding: false,
  labelLagMs: 2.2 * 86_400_000,
  events: { predictions: 5000, labels: 4000 },
  waitingFor: 'The window that ends 2026-06-15 00:00.',
}

const NEW: ModelStatus = {
  ...FIT,
  name: 'credit-risk',
  phase: 'gathering',
  state: 'gathering',
  champion: null,
  quality: null,
  lastDecision: null,
  labelLagMs: null,
}

describe('the fleet on one screen', () => {
  test('tells of each model how it is, how good with interval and rows, why, and what comes next', () => {
    expect(statusText({ at: DAY, models: [FIT, NEW] })).toBe(
      [
        'churn        fit        version 3 since 2026-06-14 09:30 (promoted)  auc 0.8123 [0.7900, 0.8300] on 1,204 rows',
        '  decision 41, 2026-06-14 09:30, keep: Nothing that matters moved.',
        '  next (approve): The window that ends 2026-06-15 00:00.; labels are 2 d behind',
        '',
        'credit-risk  gathering  no version yet; 5,000 predictions, 4,000 labels',
        '  next (approve): The window that ends 2026-06-15 00:00.',
        '',
      ].join('\n'),
    )
  })

  test('a number of the version before does not pass for that of the new one', () => {
    const young = { ...FIT, champion: { version: 4, since: DAY, reason: 'promoted' } }
    expect(statusText({ at: DAY, models: [young] })).toContain('[0.7900, 0.8300] on 1,204 rows (of version 3)\n')
  })

  test('takes one line a model when asked to be brief', () => {
    expect(statusText({ at: DAY, models: [FIT, NEW] }, true).split('\n')).toHaveLength(3)
  })

  test('tells a run, a proposal with how to answer it, and an open breaker', () => {
    const busy: ModelStatus = {
      ...FIT,
      activeRun: { number: 7, step: 'train', progress: 0.426 },
      proposal: { decision: 40, sentence: 'Version 4 passes every gate.' },
      breaker: { open: true, because: 'three rejections in 30 windows' },
    }
    const text = statusText({ at: DAY, models: [busy] })
    expect(text).toContain('run 7: train 43 %')
    expect(text).toContain('asks: Version 4 passes every gate.  (keepfit approve churn 40, or reject)')
    expect(text).toContain('breaker open: three rejections in 30 windows')
  })

  test('without a model says how to get one', () => {
    expect(statusText({ at: DAY, models: [] })).toContain('keepfit init')
  })
})
