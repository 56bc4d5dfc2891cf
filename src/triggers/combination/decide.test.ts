import { describe, expect, test } from 'vitest'
import { triggerContext } from '../../../test/support/trigger-context.ts'
import type { Evidence } from '../../base/evidence.ts'
import { TriggerConfig, triggers } from '../catalog.ts'
import type { AnyTrigger, TriggerContext } from '../trigger.ts'
import { soft } from './single.ts'

const PSI = { trigger: 'psi-drift' }
const LABELS = { trigger: 'new-labels', rows: 100 }
const WEEKLY = { trigger: 'schedule', everyWindows: 7 }
const HINT = { trigger: 'estimated-performance' }
const DRIFT: Evidence = {
  kind: 'distance',
  detector: 'psi',
  subject: 'age',
  rows: 500,
  value: 1,
  unit: 'nats',
  threshold: 0.2,
  alarm: true,
}

function decide(options: object, change: Partial<TriggerContext> = {}) {
  const config = TriggerConfig.parse(options)
  const trigger: AnyTrigger = triggers.get(config.trigger)
  return trigger.decide(triggerContext(change), config)
}

const complaintAbout = (options: object) =>
  TriggerConfig.safeParse(options)
    .error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
    .join() ?? 'accepted'

const drifted = { evidence: [DRIFT] }
const labelled = { labelledRowsSinceTraining: 100 }
const due = { windowsSinceTraining: 7 }

describe('a combination', () => {
  test('any-of needs one, all-of needs every one', () => {
    const of = [PSI, LABELS]
    expect(decide({ trigger: 'any-of', of }, labelled)).toMatchObject({
      kind: 'retrain',
      because: [{ by: 'new-labels' }],
    })
    expect(decide({ trigger: 'all-of', of }, drifted).kind).toBe('wait')
    expect(decide({ trigger: 'all-of', of }, { ...drifted, ...labelled })).toMatchObject({
      kind: 'retrain',
      because: [{ by: 'psi-drift' }, { by: 'new-labels' }],
    })
  })

  test('at-least needs so many, two unless said', () => {
    const of = [PSI, LABELS, WEEKLY]
    expect(decide({ trigger: 'at-least', of }, { ...drifted }).kind).toBe('wait')
    expect(decide({ trigger: 'at-least', of }, { ...drifted, ...due }).kind).toBe('retrain')
    expect(decide({ trigger: 'at-least', count: 3, of }, { ...drifted, ...due }).kind).toBe('wait')
    expect(decide({ trigger: 'at-least', count: 1, of }, due)).toMatchObject({ kind: 'retrain', isHard: true })
  })

  test('may hold combinations: new labels, and drift or the schedule', () => {
    const config = { trigger: 'all-of', of: [LABELS, { trigger: 'any-of', of: [PSI, WEEKLY] }] }
    const calm = { evidence: [{ ...DRIFT, value: 0, alarm: false }] }
    expect(decide(config, { ...calm, ...labelled }).kind).toBe('wait')
    expect(decide(config, { ...drifted, ...labelled })).toMatchObject({ kind: 'retrain' })
    expect(decide(config, { ...calm, ...labelled, ...due })).toMatchObject({
      kind: 'retrain',
      because: [{ by: 'new-labels' }, { by: 'schedule' }],
    })
    expect(decide(config, labelled)).toMatchObject({ kind: 'undecided', missing: ['rows'] })
  })

  test('needs what its members need, at every depth', () => {
    const config = { trigger: 'any-of', of: [PSI, { trigger: 'all-of', of: [{ trigger: 'ks-drift' }, WEEKLY] }] }
    const trigger: AnyTrigger = triggers.get('any-of')
    expect(trigger.needs(TriggerConfig.parse(config)).map(({ detector }) => detector)).toEqual(['psi', 'ks'])
  })
})

describe('refused is', () => {
  const nested = (depth: number): object => (depth === 0 ? PSI : { trigger: 'any-of', of: [WEEKLY, nested(depth - 1)] })

  test('a combination of one', () => {
    expect(complaintAbout({ trigger: 'all-of', of: [PSI] })).toContain('of ')
  })

  test('more than can be had', () => {
    expect(complaintAbout({ trigger: 'at-least', count: 3, of: [PSI, WEEKLY] })).toBe(
      'count must be at most the number of triggers in of, 2; got 3',
    )
  })

  test('a combination deeper than two', () => {
    expect(complaintAbout(nested(2))).toBe('accepted')
    expect(complaintAbout(nested(3))).not.toBe('accepted')
  })

  test.each(['by-hand', 'soft-or-schedule', 'toString'])('%s inside a combination', (trigger) => {
    expect(complaintAbout({ trigger: 'any-of', of: [PSI, { trigger }] })).not.toBe('accepted')
  })
})

describe('a hint never trains on its own', () => {
  const other = { trigger: 'estimated-performance', detector: 'pape' }
  const refused: readonly (readonly [string, object])[] = [
    ['alone', HINT],
    ['in an any-of', { trigger: 'any-of', of: [PSI, HINT] }],
    ['in an all-of of hints', { trigger: 'all-of', of: [HINT, other] }],
    ['where hints can reach the count', { trigger: 'at-least', count: 2, of: [HINT, other, PSI] }],
    ['at depth', { trigger: 'any-of', of: [PSI, { trigger: 'all-of', of: [HINT, other] }] }],
  ]
  test.each(refused)('%s: refused, with what would do', (_, options) => {
    expect(complaintAbout(options)).toContain('estimated-performance only hints')
    expect(complaintAbout(options)).toContain('all-of')
  })

  test('nor where any one is enough beside a schedule', () => {
    const options = { trigger: 'soft-or-schedule', when: [HINT], fallback: { everyWindows: 9 } }
    expect(complaintAbout(options)).not.toBe('accepted')
  })

  const allowed: readonly (readonly [string, object])[] = [
    ['an all-of beside one that measures', { trigger: 'all-of', of: [HINT, PSI] }],
    ['a count that hints cannot reach', { trigger: 'at-least', count: 2, of: [HINT, PSI, WEEKLY] }],
    ['an any-of inside such an all-of', { trigger: 'all-of', of: [PSI, { trigger: 'any-of', of: [HINT, WEEKLY] }] }],
  ]
  test.each(allowed)('but it may stand in %s', (_, options) => {
    expect(complaintAbout(options)).toBe('accepted')
  })

  test('beside one that measures it withholds or grants its yes', () => {
    const estimate = (value: number): Evidence => ({
      kind: 'estimate',
      detector: 'cbpe',
      subject: 'accuracy',
      rows: 500,
      value,
      interval: { low: value, high: value, level: 0.95 },
      unit: 'metric',
      baseline: 0.8,
    })
    const config = { trigger: 'all-of', of: [HINT, PSI] }
    expect(decide(config, { evidence: [DRIFT, estimate(0.8)] }).kind).toBe('wait')
    expect(decide(config, { evidence: [DRIFT, estimate(0.5)] }).kind).toBe('retrain')
    expect(decide(config, { evidence: [estimate(0.5), { ...DRIFT, value: 0, alarm: false }] }).kind).toBe('wait')
  })
})

test('soft-or-schedule takes every soft trigger', () => {
  const least: Readonly<Record<string, object>> = { 'new-labels': { rows: 9 }, 'model-age': { olderThanWindows: 9 } }
  for (const { id } of soft) {
    const when = [{ trigger: id, ...least[id] }]
    expect(complaintAbout({ trigger: 'soft-or-schedule', when, fallback: { everyWindows: 9 } }), id).toBe('accepted')
  }
})
