import { z } from 'zod'
import type { Decision } from '../base/decision.ts'
import { MS_PER_DAY, parseSpan } from '../base/units.ts'
import { EveryWindows, Span } from './schedule.ts'
import { defineTrigger } from './trigger.ts'

/**
 * Retrain when the newest row that the live version learned from is too old: its age in label-complete windows, or in
 * event time. A schedule counts from the last training, whatever became of it; this counts from what the version that
 * answers has seen, so a rejected challenger, a late hold-out or a version that came back does not make it younger. It
 * keeps asking until something younger serves: the cooldown holds between two tries.
 */
export const modelAgeTrigger = defineTrigger({
  id: 'model-age',
  title: 'Age of what the live version learned from',
  source: 'Keepfit, docs/deciding.md §7 (a freshness guarantee, as service-level objectives give it)',
  holdsOut: 'newest',
  config: z
    .strictObject({
      trigger: z.literal('model-age'),
      olderThan: Span.optional().describe('Time since the newest row that it learned from, such as 30d.'),
      olderThanWindows: EveryWindows.optional().describe(
        'Label-complete windows newer than all that it learned from. Windows.',
      ),
    })
    .superRefine(({ olderThan, olderThanWindows }, check) => {
      if ((olderThan === undefined) !== (olderThanWindows === undefined)) return
      const got = olderThan === undefined ? 'none' : 'both'
      check.addIssue(`model-age takes exactly one of olderThan, olderThanWindows; got ${got}`)
    }),
  needs: () => [],

  decide({ live, now }, { olderThan, olderThanWindows }): Decision {
    const by = 'model-age'
    if (olderThanWindows !== undefined) {
      const value = live.windowsSinceCutOff
      const text = `the live version has learned nothing from the newest ${value} windows; due at ${olderThanWindows}`
      const because = [{ by, text, value, limit: olderThanWindows }]
      return { kind: value >= olderThanWindows ? 'retrain' : 'wait', because }
    }
    if (now === null) {
      const text = 'the stream has no time; use olderThanWindows, or name a time column'
      return { kind: 'undecided', missing: ['time'], because: [{ by, text }] }
    }
    if (live.cutOffAt === null) {
      const text = 'nobody knows how old the rows are that the live version learned from'
      return { kind: 'undecided', missing: ['origin'], because: [{ by, text }] }
    }
    const age = now - live.cutOffAt
    const days = (age / MS_PER_DAY).toFixed(1)
    const text = `the newest row that the live version learned from is ${days} days old; due at ${olderThan}`
    const isDue = age >= parseSpan(olderThan as string, 'olderThan')
    return { kind: isDue ? 'retrain' : 'wait', because: [{ by, text }] }
  },
})
