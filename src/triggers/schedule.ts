import { Cron } from 'croner'
import { z } from 'zod'
import type { Decision } from '../base/decision.ts'
import { MS_PER_DAY, parseSpan } from '../base/units.ts'
import { defineTrigger } from './trigger.ts'

/** A span of time as text: `12h`, `7d`, `2w`. */
export const Span = z
  .string()
  .max(20)
  .refine(isSpan, {
    error: (issue) => `must be a span of time such as 90m, 12h, 7d or 2w; got '${issue.input}'`,
  })

export const EveryWindows = z.int().min(1).max(100_000)

const Expression = z
  .string()
  .min(1)
  .max(100)
  .superRefine((text, check) => {
    const problem = cronProblem(text)
    if (problem !== null) check.addIssue(`must be a cron expression such as '0 3 * * 1'; got '${text}': ${problem}`)
  })

/**
 * Retrain by the clock or by the count of windows, whatever the data says.
 *
 * `cron`: an occurrence lies in (last training, now]. `every`: that long since the last training. `everyWindows`: so many
 * label-complete windows since it. Time is event time, in UTC: a backtest and a stream that runs late agree with live.
 */
export const scheduleTrigger = defineTrigger({
  id: 'schedule',
  title: 'Schedule',
  source: 'Cron (Thompson & Ritchie 1975, as in POSIX crontab); the periodic baseline of Mahadevan & Mathioudakis 2024',
  holdsOut: 'newest',
  config: z
    .strictObject({
      trigger: z.literal('schedule'),
      cron: Expression.optional().describe("When, as a cron expression in UTC, such as '0 3 * * 1'."),
      every: Span.optional().describe('Time since the last training was started, such as 7d.'),
      everyWindows: EveryWindows.optional().describe('Label-complete windows since the last training. Windows.'),
    })
    .superRefine((config, check) => {
      const given = (['cron', 'every', 'everyWindows'] as const).filter((key) => config[key] !== undefined)
      if (given.length === 1) return
      const got = given.length === 0 ? 'none' : given.join(' and ')
      check.addIssue(`schedule takes exactly one of cron, every, everyWindows; got ${got}`)
    }),
  needs: () => [],

  decide(context, { cron, every, everyWindows }): Decision {
    if (everyWindows !== undefined) {
      const value = context.windowsSinceTraining
      const text = `${value} windows since the last training; due every ${everyWindows}`
      return due(value >= everyWindows, { text, value, limit: everyWindows })
    }
    const { now, lastTrainedAt } = context
    if (now === null || lastTrainedAt === null) return timeless()
    if (every !== undefined) {
      const text = `${span(now - lastTrainedAt)} since the last training; due every ${every}`
      return due(now - lastTrainedAt >= parseSpan(every, 'every'), { text })
    }
    return decideCron({ cron: cron as string, now, lastTrainedAt })
  },
})

function decideCron(at: { cron: string; now: number; lastTrainedAt: number }): Decision {
  const next = utcCron(at.cron).nextRun(new Date(at.lastTrainedAt))
  if (next === null) return due(false, { text: `'${at.cron}' has no occurrence after the last training` })
  const isDue = next.getTime() <= at.now
  const text = `'${at.cron}' ${isDue ? 'came due' : 'comes due'} at ${next.toISOString()}`
  return due(isDue, { text })
}

function due(isDue: boolean, reason: { text: string; value?: number; limit?: number }): Decision {
  const because = [{ by: 'schedule', ...reason }]
  return isDue ? { kind: 'retrain', isHard: true, because } : { kind: 'wait', because }
}

function timeless(): Decision {
  const text = 'the stream has no time; use everyWindows, or name a time column'
  return { kind: 'undecided', missing: ['time'], because: [{ by: 'schedule', text }] }
}

function span(ms: number): string {
  const days = ms / MS_PER_DAY
  return days >= 1 ? `${days.toFixed(1)} days` : `${(days * 24).toFixed(1)} hours`
}

/** Without a function to call, croner only does arithmetic: it starts no timer. */
function utcCron(expression: string): Cron {
  return new Cron(expression, { timezone: 'UTC', mode: '5-part' })
}

/** Why this is no cron expression that ever comes due; null when it is one. */
function cronProblem(text: string): string | null {
  try {
    if (utcCron(text).nextRun(new Date(0)) === null) return 'it never comes due'
    return null
  } catch (problem) {
    return problem instanceof Error ? problem.message.replace(/^CronPattern: /, '') : String(problem)
  }
}

function isSpan(text: string): boolean {
  try {
    return parseSpan(text, 'span') > 0
  } catch {
    return false
  }
}
