import { type DetectorConfig, detectors } from '../detectors/catalog.ts'
import { type TriggerConfig, triggers } from '../triggers/catalog.ts'
import type { AnyTrigger } from '../triggers/trigger.ts'

/**
 * The detectors to run: those that the triggers read, with the options they ask for, and those the user wants besides.
 * One that a trigger configures is not run a second time with the user's options.
 */
export function detectorsFor(wanted: readonly DetectorConfig[], decidedBy: readonly TriggerConfig[]): DetectorConfig[] {
  const needed: DetectorConfig[] = []
  const seen = new Set<string>()
  for (const entry of decidedBy) {
    const trigger: AnyTrigger = triggers.get(entry.trigger)
    for (const need of trigger.needs(entry)) {
      const config = detectors.get(need.detector).config.parse({ detector: need.detector, ...need.options })
      const key = JSON.stringify(config)
      if (!seen.has(key)) needed.push(config)
      seen.add(key)
    }
  }
  const ids = new Set(needed.map((config) => config.detector))
  return [...needed, ...wanted.filter((config) => !ids.has(config.detector))]
}
