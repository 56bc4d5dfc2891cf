import type { z } from 'zod'
import { anyConfig, catalog } from '../base/catalog.ts'
import { avoidableLossTrigger } from './avoidable-loss.ts'
import { ksDriftTrigger } from './ks-drift.ts'
import { performanceDecayTrigger } from './performance-decay.ts'
import { performanceFloorTrigger } from './performance-floor.ts'
import { psiDriftTrigger } from './psi-drift.ts'
import { scheduleTrigger } from './schedule.ts'
import { softOrScheduleTrigger } from './soft-or-schedule.ts'

/** Every trigger, in the order the docs and the dashboard list them. Add a line here when you add a file here. */
export const triggers = catalog('trigger', [
  avoidableLossTrigger,
  scheduleTrigger,
  performanceFloorTrigger,
  performanceDecayTrigger,
  psiDriftTrigger,
  ksDriftTrigger,
  softOrScheduleTrigger,
])

export type TriggerId = (typeof triggers.ids)[number]

/** A trigger's options in a configuration file. */
export const TriggerConfig = anyConfig('trigger', triggers.all)
export type TriggerConfig = z.output<typeof TriggerConfig>
