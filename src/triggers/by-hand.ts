import { z } from 'zod'
import { defineTrigger } from './trigger.ts'

/**
 * Retrain when a person says so, with a name and a reason. The command is heard whether or not this is listed: it starts
 * the training at once, in every mode, whatever the cooldown says (`loop/by-hand.ts`). Listed alone it says in so many
 * words that nobody but a person retrains this model.
 */
export const byHandTrigger = defineTrigger({
  id: 'by-hand',
  title: 'A person asks for it',
  source: 'Keepfit, docs/deciding.md §7',
  holdsOut: 'newest',
  config: z.strictObject({ trigger: z.literal('by-hand') }),
  needs: () => [],

  decide({ request }) {
    if (request === null) return { kind: 'wait', because: [{ by: 'by-hand', text: 'nobody asks for a training' }] }
    const { actor, reason } = request
    return { kind: 'retrain', isHard: true, because: [{ by: 'by-hand', text: `${actor} asks for it: ${reason}` }] }
  },
})
