import type { z } from 'zod'
import { anyConfig, catalog } from '../base/catalog.ts'
import { allOfTrigger } from './all-of.ts'
import { anyOfTrigger } from './any-of.ts'
import { atLeastTrigger } from './at-least.ts'
import { byHandTrigger } from './by-hand.ts'
import { firesOnHints } from './combination/decide.ts'
import { hints, single } from './combination/single.ts'
import { softOrScheduleTrigger } from './soft-or-schedule.ts'

/**
 * Every trigger, in the order the docs and the dashboard list them. One that asks one question has its line in
 * `combination/single.ts`, so that it may stand inside a combination as well.
 */
export const triggers = catalog('trigger', [
  ...single,
  byHandTrigger,
  softOrScheduleTrigger,
  anyOfTrigger,
  allOfTrigger,
  atLeastTrigger,
])

export type TriggerId = (typeof triggers.ids)[number]

/** A trigger's options in a configuration file. What hints alone could make fire is refused. */
export const TriggerConfig = anyConfig('trigger', triggers.all).superRefine((config, check) => {
  if (config.trigger === 'by-hand' || config.trigger === 'soft-or-schedule' || !firesOnHints(config)) return
  const names = hints.map((hint) => hint.id).join(', ')
  check.addIssue(
    `needs somebody who measures: ${names} only hints, and never starts a training without another trigger; put it into an all-of, or into an at-least whose count is greater than the number of hints in it`,
  )
})
export type TriggerConfig = z.output<typeof TriggerConfig>
