import { decideTogether, needsTogether } from './combination/decide.ts'
import { AnyOfConfig } from './combination/members.ts'
import { defineTrigger } from './trigger.ts'

/**
 * Retrain when any one of several triggers says yes. Who counts as yes, who as not yet and who as neither is said at
 * `combination/vote.ts`. Challengers are judged on held-out windows, also where avoidable loss is among them.
 */
export const anyOfTrigger = defineTrigger({
  id: 'any-of',
  title: 'Any of several triggers',
  source: 'Keepfit, docs/deciding.md §7; Kleene 1938 (three-valued logic)',
  holdsOut: 'newest',
  config: AnyOfConfig,
  needs: needsTogether,
  decide: decideTogether,
})
