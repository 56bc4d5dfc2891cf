import { decideTogether, needsTogether } from './combination/decide.ts'
import { AllOfConfig } from './combination/members.ts'
import { defineTrigger } from './trigger.ts'

/**
 * Retrain when all of several triggers say yes. Who counts as yes, who as not yet and who as neither is said at
 * `combination/vote.ts`. Challengers are judged on held-out windows, also where avoidable loss is among them.
 */
export const allOfTrigger = defineTrigger({
  id: 'all-of',
  title: 'All of several triggers',
  source: 'Keepfit, docs/deciding.md §7; Kleene 1938 (three-valued logic)',
  holdsOut: 'newest',
  config: AllOfConfig,
  needs: needsTogether,
  decide: decideTogether,
})
