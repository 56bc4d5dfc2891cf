import { expect, test } from 'vitest'
import { triggerContext } from '../../test/support/trigger-context.ts'
import type { Evidence } from '../base/evidence.ts'
import { softOrScheduleTrigger } from './soft-or-schedule.ts'
import type { TriggerContext } from './trigger.ts'

const psi = (value: number): Evidence => ({
  kind: 'distance',
  detector: 'psi',
  subject: 'x',
  rows: 500,
  value,
  unit: 'nats',
  threshold: 0.2,
  alarm: value >= 0.2,
})
const loss = (value: number): Evidence => ({
  kind: 'estimate',
  detector: 'performance',
  subject: 'loss',
  rows: 500,
  value,
  interval: { low: value, high: value, level: 0.95 },
  unit: 'loss per row',
  baseline: 0.2,
})
const gap = (value: number): Evidence => ({
  kind: 'estimate',
  detector: 'avoidable-loss',
  subject: 'loss',
  rows: 500,
  value,
  interval: { low: value, high: value, level: 0.68 },
  unit: 'loss per row',
  previous: value,
})

function decide(evidence: readonly Evidence[], change: Partial<TriggerContext> = {}, options: object = {}) {
  const context = triggerContext({ evidence, ...change })
  const config = softOrScheduleTrigger.config.parse({
    trigger: 'soft-or-schedule',
    when: [{ trigger: 'psi-drift' }, { trigger: 'performance-decay' }],
    fallback: { everyWindows: 12 },
    ...options,
  })
  return softOrScheduleTrigger.decide(context, config)
}

test('any one of its triggers fires, softly', () => {
  const decision = decide([psi(0.01), loss(0.3)])
  expect(decision).toMatchObject({ kind: 'retrain', because: [{ by: 'performance-decay' }] })
  expect(decision.kind === 'retrain' && decision.isHard === true).toBe(false)
})

test('at its maximum age it fires hard, and says so before other reasons', () => {
  const decision = decide([psi(0.5), loss(0.2)], { windowsSinceTraining: 12 })
  expect(decision).toMatchObject({ kind: 'retrain', isHard: true, because: [{ by: 'schedule' }, { by: 'psi-drift' }] })
})

test('the maximum age holds while nothing else can be decided', () => {
  expect(decide([], { windowsSinceTraining: 12 })).toMatchObject({ kind: 'retrain', isHard: true })
})

test('waits when one trigger has looked and found nothing', () => {
  expect(decide([psi(0.01)]).kind).toBe('wait')
})

test('an age that cannot be told is undecided', () => {
  expect(decide([psi(0.01), loss(0.2)], {}, { fallback: { every: '30d' } })).toMatchObject({
    kind: 'undecided',
    missing: ['time'],
  })
})

test('avoidable loss inside may ask for retired versions and reinstate one', () => {
  const when = { when: [{ trigger: 'avoidable-loss' }, { trigger: 'psi-drift' }] }
  expect(decide([gap(0.1), psi(0.5)], {}, when)).toMatchObject({ kind: 'undecided', missing: ['retired-versions'] })
  const comparisons = [{ version: 3, rows: 500, sum: 60, sumSquares: 60 }]
  expect(decide([gap(0.1), psi(0.5)], { comparisons }, when)).toMatchObject({ kind: 'reinstate', version: 3 })
  expect(decide([gap(0.1), psi(0.01)], { comparisons: [] }, when)).toMatchObject({ kind: 'retrain' })
})

test.each([
  [{ fallback: {} }, 'got none'],
  [{ fallback: { every: '3d', everyWindows: 3 } }, 'got both'],
  [{ when: [] }, '>=1'],
  [{ when: [{ trigger: 'schedule', everyWindows: 3 }] }, 'trigger'],
  [{ when: [{ trigger: 'soft-or-schedule' }] }, 'trigger'],
])('refuses %o', (options, message) => {
  const parsed = softOrScheduleTrigger.config.safeParse({
    trigger: 'soft-or-schedule',
    when: [{ trigger: 'psi-drift' }],
    fallback: { everyWindows: 12 },
    ...options,
  })
  expect(JSON.stringify(parsed.error?.issues)).toContain(message)
})
