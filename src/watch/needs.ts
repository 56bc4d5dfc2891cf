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
 * user wants besides. One that a trigger configures is not run a second time with the user's options; one that triggers
 * need in no particular way runs with the user's options, or with its defaults.
 */
export function detectorsFor(wanted: readonly DetectorConfig[], readers: Readers): DetectorConfig[] {
  const needs = readers.triggers.flatMap((entry) => {
    const trigger: AnyTrigger = triggers.get(entry.trigger)
    return trigger.needs(entry)
  })
  const demanding = new Set(needs.filter(({ options }) => options !== undefined).map(({ detector }) => detector))
  const needed: DetectorConfig[] = []
  const seen = new Set<string>()
  for (const { detector, options } of needs) {
    // Who needs it in no particular way reads what runs anyhow.
    if (options === undefined && demanding.has(detector)) continue
    const asWanted = options === undefined ? wanted.find((config) => config.detector === detector) : undefined
    const config = asWanted ?? detectors.get(detector).config.parse({ detector, ...options })
    const key = JSON.stringify(config)
    if (!seen.has(key)) needed.push(config)
    seen.add(key)
  }
  const ids = new Set(needed.map((config) => config.detector))
  const all = [...needed, ...wanted.filter((config) => !ids.has(config.detector))]
  const isLocated = readers.data.strategy !== 'since-change' || all.some((config) => config.detector === LOCATOR)
  return isLocated ? all : [...all, DetectorConfig.parse({ detector: LOCATOR })]
}
