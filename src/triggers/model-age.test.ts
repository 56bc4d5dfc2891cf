import { describe, expect, test } from 'vitest'
import { triggerContext } from '../../test/support/trigger-context.ts'
import { modelAgeTrigger } from './model-age.ts'
import type { TriggerContext } from './trigger.ts'

const DAY = 86_400_000

function decide(options: object, live: Partial<TriggerContext['live']>, now: number | null = null) {
  const config = modelAgeTrigger.config.parse({ trigger: 'model-age', ...options })
  const blank = triggerContext()
  const context = triggerContext({ now, windowsSinceTraining: 1, lastTrainedAt: now, live: { ...blank.live, ...live } })
  return modelAgeTrigger.decide(context, config)
}

test('counts windows since what the live version learned from, not since the last training', () => {
  expect(decide({ olderThanWindows: 6 }, { windowsSinceCutOff: 5 }).kind).toBe('wait')
  expect(decide({ olderThanWindows: 6 }, { windowsSinceCutOff: 6 })).toMatchObject({
    kind: 'retrain',
    because: [{ by: 'model-age', value: 6, limit: 6 }],
  })
})

test('a span comes due on the millisecond', () => {
  expect(decide({ olderThan: '30d' }, { cutOffAt: DAY }, 31 * DAY - 1).kind).toBe('wait')
  expect(decide({ olderThan: '30d' }, { cutOffAt: DAY }, 31 * DAY).kind).toBe('retrain')
})

test('the cooldown holds it up: it asks until something younger serves', () => {
  expect(decide({ olderThanWindows: 1 }, { windowsSinceCutOff: 9 })).not.toHaveProperty('isHard')
})

describe('what is not known is undecided', () => {
  test('a stream without time', () => {
    expect(decide({ olderThan: '1d' }, { cutOffAt: 0 })).toMatchObject({ kind: 'undecided', missing: ['time'] })
  })

  test('a version whose last row nobody dated', () => {
    expect(decide({ olderThan: '1d' }, { cutOffAt: null }, 99 * DAY)).toMatchObject({
      kind: 'undecided',
      missing: ['origin'],
    })
  })
})

test.each([
  [{}, 'got none'],
  [{ olderThan: '3d', olderThanWindows: 3 }, 'got both'],
  [{ olderThan: 'old' }, "got 'old'"],
])('refuses %o', (options, message) => {
  const parsed = modelAgeTrigger.config.safeParse({ trigger: 'model-age', ...options })
  expect(JSON.stringify(parsed.error?.issues)).toContain(message)
})
