import type { Decision } from '../../base/decision.ts'
import type { AnyTrigger, Need, TriggerContext } from '../trigger.ts'
import type { Member } from './members.ts'
import { hints, single } from './single.ts'
import { vote } from './vote.ts'

/** A combination, whatever its members are. */
export type Combination =
  | Extract<Member, { of: unknown }>
  | { trigger: Combining; of: readonly Member[]; count?: number }
type Combining = 'any-of' | 'all-of' | 'at-least'

/** How many of its members must say yes. */
function countOf(config: Combination): number {
  if (config.trigger === 'any-of') return 1
  return config.trigger === 'all-of' ? config.of.length : (config.count ?? config.of.length)
}

/** Asks every member and counts the answers; see `vote`. */
export function decideTogether(context: TriggerContext, config: Combination): Decision {
  const answers = config.of.map((member) =>
    'of' in member ? decideTogether(context, member) : triggerOf(member).decide(context, member),
  )
  return vote(context, answers, countOf(config))
}

/** What all members need, at every depth. */
export function needsTogether({ of }: Combination): readonly Need[] {
  return of.flatMap((member) => ('of' in member ? needsTogether(member) : triggerOf(member).needs(member)))
}

/** Whether hints alone, such as estimates without labels, could make this fire. */
export function firesOnHints(config: Member | Combination): boolean {
  if (!('of' in config)) return hints.some((hint) => hint.id === config.trigger)
  const members: readonly Member[] = config.of
  return members.filter(firesOnHints).length >= countOf(config)
}

function triggerOf(member: Exclude<Member, { of: unknown }>): AnyTrigger {
  const all: readonly AnyTrigger[] = single
  return all.find((trigger) => trigger.id === member.trigger) as AnyTrigger
}
