import { z } from 'zod'
import type { Decision } from '../base/decision.ts'
import { defineTrigger } from './trigger.ts'

/**
 * Retrain when the trainer is not the one that made the live version: other code, or other configuration, told by a
 * fingerprint. Each change is tried once: where the version that it made was refused, the next try is the next change's.
 */
export const trainerChangedTrigger = defineTrigger({
  id: 'trainer-changed',
  title: 'Changed trainer code or configuration',
  source: 'Sculley et al. 2015, Hidden technical debt in machine learning systems (configuration and code drift)',
  holdsOut: 'newest',
  config: z.strictObject({ trigger: z.literal('trainer-changed') }),
  needs: () => [],

  decide({ trainer, live }): Decision {
    const by = 'trainer-changed'
    if (trainer.now === null || live.trainer === null) {
      const what = trainer.now === null ? 'what trains now' : 'what trained the live version'
      return { kind: 'undecided', missing: ['origin'], because: [{ by, text: `nobody knows ${what}` }] }
    }
    if (trainer.now === live.trainer)
      return { kind: 'wait', because: [{ by, text: 'the trainer is the one that made the live version' }] }
    if (trainer.now === trainer.atLastTraining)
      return { kind: 'wait', because: [{ by, text: 'the changed trainer had its try, and the live version stayed' }] }
    return { kind: 'retrain', because: [{ by, text: `the trainer changed from ${live.trainer} to ${trainer.now}` }] }
  },
})
