import type { z } from 'zod'
import { anyConfig } from '../../base/catalog.ts'
import { avoidableLossTrigger } from '../avoidable-loss.ts'
import { conceptDriftTrigger } from '../concept-drift.ts'
import { driftingShareTrigger } from '../drifting-share.ts'
import { estimatedPerformanceTrigger } from '../estimated-performance.ts'
import { ksDriftTrigger } from '../ks-drift.ts'
import { modelAgeTrigger } from '../model-age.ts'
import { newLabelsTrigger } from '../new-labels.ts'
import { performanceDecayTrigger } from '../performance-decay.ts'
import { performanceFloorTrigger } from '../performance-floor.ts'
import { psiDriftTrigger } from '../psi-drift.ts'
import { scheduleTrigger } from '../schedule.ts'
import { trainerChangedTrigger } from '../trainer-changed.ts'

/** What asks one question and respects the cooldown. */
export const soft = [
  avoidableLossTrigger,
  performanceFloorTrigger,
  performanceDecayTrigger,
  psiDriftTrigger,
  ksDriftTrigger,
  driftingShareTrigger,
  conceptDriftTrigger,
  newLabelsTrigger,
  modelAgeTrigger,
  trainerChangedTrigger,
] as const

/** What may never start a training without somebody else. */
export const hints = [estimatedPerformanceTrigger] as const

/** Everything that may stand inside a combination. */
export const single = [...soft, ...hints, scheduleTrigger] as const

export const SoftConfig = anyConfig('trigger', soft)
export type SoftConfig = z.output<typeof SoftConfig>

export const SingleConfig = anyConfig('trigger', single)
export type SingleConfig = z.output<typeof SingleConfig>
