import type { DataStrategy } from '../base/training.ts'
import { DetectorConfig, detectors } from '../detectors/catalog.ts'
import { type TriggerConfig, triggers } from '../triggers/catalog.ts'
import type { AnyTrigger } from '../triggers/trigger.ts'

/** What a model's loop reads evidence for. */
export interface Readers {
  readonly triggers: readonly TriggerConfig[]
  readonly data: DataStrategy
}

/** Training since the change needs somebody who locates it. */
const LOCATOR = 'change-point'

/**
 * The detectors to run: those that the triggers and the data strategy read, with the options they ask for, and those the
 * user wants besides. One that a trigger configures is not run a second time with the user's options.
 */
export function detectorsFor(wanted: readonly DetectorConfig[], readers: Readers): DetectorConfig[] {
  const needed: DetectorConfig[] = []
  const seen = new Set<string>()
  for (const entry of readers.triggers) {
    const trigger: AnyTrigger = triggers.get(entry.trigger)
    for (const need of trigger.needs(entry)) {
      const config = detectors.get(need.detector).config.parse({ detector: need.detector, ...need.options })
      const key = JSON.stringify(config)
      if (!seen.has(key)) needed.push(config)
      seen.add(key)
    }
  }
  const ids = new Set(needed.map((config) => config.detector))
  const all = [...needed, ...wanted.filter((config) => !ids.has(config.detector))]
  const isLocated = readers.data.strategy !== 'since-change' || all.some((config) => config.detector === LOCATOR)
  return isLocated ? all : [...all, DetectorConfig.parse({ detector: LOCATOR })]
}
