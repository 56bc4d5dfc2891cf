import { describe, expect, test } from 'vitest'
import { triggerContext } from '../../test/support/trigger-context.ts'
import { scheduleTrigger } from './schedule.ts'
import type { TriggerContext } from './trigger.ts'

const at = (text: string) => Date.parse(text)

function decide(options: object, change: Partial<TriggerContext>) {
  return scheduleTrigger.decide(
    triggerContext({ windowsSinceTraining: 3, ...change }),
    scheduleTrigger.config.parse({ trigger: 'schedule', ...options }),
  )
}

describe('a cron schedule', () => {
  // 2026-03-02 is a Monday.
  const monday = { cron: '0 3 * * 1' }

  test('comes due when an occurrence lies after the last training and not after now', () => {
    const lastTrainedAt = at('2026-03-02T03:00:00Z')
    expect(decide(monday, { lastTrainedAt, now: at('2026-03-09T02:59:59Z') }).kind).toBe('wait')
    expect(decide(monday, { lastTrainedAt, now: at('2026-03-09T03:00:00Z') })).toMatchObject({
      kind: 'retrain',
      isHard: true,
    })
  })

  test('does not count the occurrence at which the last training started', () => {
    const lastTrainedAt = at('2026-03-09T03:00:00Z')
    expect(decide(monday, { lastTrainedAt, now: lastTrainedAt }).kind).toBe('wait')
  })

  test('keeps to UTC through the hour that summer time skips', () => {
    // 02:30 does not exist on 2026-03-29 in most of Europe; in UTC it does.
    const times = { lastTrainedAt: at('2026-03-29T02:29:59Z'), now: at('2026-03-29T02:30:00Z') }
    expect(decide({ cron: '30 2 * * *' }, times).kind).toBe('retrain')
  })
})

test('a span comes due on the millisecond', () => {
  const lastTrainedAt = at('2026-03-02T00:00:00Z')
  const week = 7 * 86_400_000
  expect(decide({ every: '7d' }, { lastTrainedAt, now: lastTrainedAt + week - 1 }).kind).toBe('wait')
  expect(decide({ every: '7d' }, { lastTrainedAt, now: lastTrainedAt + week }).kind).toBe('retrain')
})

test('a count of windows needs no time', () => {
  expect(decide({ everyWindows: 4 }, { windowsSinceTraining: 3 }).kind).toBe('wait')
  expect(decide({ everyWindows: 4 }, { windowsSinceTraining: 4 })).toMatchObject({ kind: 'retrain', isHard: true })
})

test.each([{ cron: '0 3 * * 1' }, { every: '7d' }])('without time %o is undecided, not silent', (options) => {
  expect(decide(options, {})).toMatchObject({ kind: 'undecided', missing: ['time'] })
})

describe('a wrong schedule is refused with what is allowed', () => {
  test.each([
    [{}, 'exactly one of cron, every, everyWindows; got none'],
    [{ cron: '0 3 * * 1', every: '7d' }, 'exactly one of cron, every, everyWindows; got cron and every'],
    [{ cron: '0 99 * * *' }, "such as '0 3 * * 1'; got '0 99 * * *': Invalid value for hour: 99"],
    [{ cron: '0 0 31 2 *' }, 'it never comes due'],
    [{ cron: '*/5 * * * * *' }, 'must be a cron expression'],
    [{ every: 'weekly' }, "a span of time such as 90m, 12h, 7d or 2w; got 'weekly'"],
  ])('%o', (options, message) => {
    const parsed = scheduleTrigger.config.safeParse({ trigger: 'schedule', ...options })
    expect(parsed.error?.issues.map((issue) => issue.message).join()).toContain(message)
  })
})
