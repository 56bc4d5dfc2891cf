import { z } from 'zod'
import type { Decision, Missing, Reason } from '../base/decision.ts'
import { SoftConfig, soft } from './combination/single.ts'
import { EveryWindows, Span, scheduleTrigger } from './schedule.ts'
import { type AnyTrigger, defineTrigger, type TriggerContext } from './trigger.ts'

const Fallback = z
  .strictObject({
    every: Span.optional().describe('Time since the last training was started, such as 30d.'),
    everyWindows: EveryWindows.optional().describe('Label-complete windows since the last training. Windows.'),
  })
  .superRefine(({ every, everyWindows }, check) => {
    if ((every === undefined) !== (everyWindows === undefined)) return
    const got = every === undefined ? 'none' : 'both'
    check.addIssue(`the fallback takes exactly one of every, everyWindows; got ${got}`)
  })

/**
 * Retrain when any of several triggers fires, within the cooldown; and in any case after a maximum age, whatever the
 * cooldown says. Challengers are judged on held-out windows, also where avoidable loss fired.
 */
export const softOrScheduleTrigger = defineTrigger({
  id: 'soft-or-schedule',
  title: 'Any of several triggers, or a maximum age',
  source: 'Keepfit, docs/deciding.md §2 (a hard maximum age beside the policy)',
  holdsOut: 'newest',
  config: z.strictObject({
    trigger: z.literal('soft-or-schedule'),
    when: z.array(SoftConfig).min(1).max(8).describe('Triggers of which any one is enough.'),
    fallback: Fallback.describe('The maximum age, at which it retrains in any case.'),
  }),
  needs: ({ when }) => when.flatMap((config) => softTrigger(config).needs(config)),

  decide(context, { when, fallback }): Decision {
    const answers = when.map((config) => softTrigger(config).decide(context, config))
    const age = scheduleTrigger.decide(context, { trigger: 'schedule', ...fallback })
    return combine(context, answers, age)
  },
})

function softTrigger(config: SoftConfig): AnyTrigger {
  const all: readonly AnyTrigger[] = soft
  return all.find((trigger) => trigger.id === config.trigger) as AnyTrigger
}

/** The first of: score retired versions · reinstate one · retrain by age · retrain by any · postpone · undecided · wait. */
function combine(context: TriggerContext, answers: readonly Decision[], age: Decision): Decision {
  const asks = answers.find((a) => a.kind === 'undecided' && a.missing.includes('retired-versions'))
  if (asks !== undefined && context.comparisons === null) return asks
  const reinstate = answers.find((a) => a.kind === 'reinstate')
  if (reinstate !== undefined) return reinstate
  const fired = answers.filter((a) => a.kind === 'retrain')
  const because: readonly Reason[] = fired.flatMap((a) => a.because)
  if (age.kind === 'retrain') return { ...age, because: [...age.because, ...because] }
  if (fired.length > 0) return { kind: 'retrain', because }
  const all = [...answers, age]
  const reasons = all.flatMap((a) => a.because)
  const postponed = answers.find((a) => a.kind === 'wait' && a.isPostponed === true)
  if (postponed !== undefined) return postponed
  const undecided = all.filter((a) => a.kind === 'undecided')
  // One trigger that waits has looked and found nothing; an age that cannot be told is never "all is well".
  if (answers.every((a) => a.kind === 'undecided') || age.kind === 'undecided') {
    const missing = new Set<Missing>(undecided.flatMap((a) => a.missing))
    return { kind: 'undecided', missing: [...missing], because: reasons }
  }
  return { kind: 'wait', because: reasons }
}
