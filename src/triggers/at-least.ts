import { decideTogether, needsTogether } from './combination/decide.ts'
import { AtLeastConfig } from './combination/members.ts'
import { defineTrigger } from './trigger.ts'

/**
 * Retrain when at least `count` of several triggers say yes. Who counts as yes, who as not yet and who as neither is said at
 * `combination/vote.ts`. Challengers are judged on held-out windows, also where avoidable loss is among them.
 */
export const atLeastTrigger = defineTrigger({
  id: 'at-least',
  title: 'At least so many of several triggers',
  source: 'Keepfit, docs/deciding.md §7; Kleene 1938 (three-valued logic)',
  holdsOut: 'newest',
  config: AtLeastConfig,
  needs: needsTogether,
  decide: decideTogether,
})
