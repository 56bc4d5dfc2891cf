import type { z } from 'zod'
import { anyConfig, catalog } from '../base/catalog.ts'
import type { Detector } from './detector.ts'
import { ksDetector } from './drift/ks.ts'
import { psiDetector } from './drift/psi.ts'
import { avoidableLossDetector } from './performance/avoidable-loss.ts'
import { changePointDetector } from './performance/change-point.ts'
import { performanceDetector } from './performance/performance.ts'

/** Every detector, in the order the docs and the dashboard list them. Add a line here when you add a file here. */
export const detectors = catalog('detector', [
  avoidableLossDetector,
  performanceDetector,
  changePointDetector,
  psiDetector,
  ksDetector,
])

export type DetectorId = (typeof detectors.ids)[number]

/** A detector's options in a configuration file. */
export const DetectorConfig = anyConfig('detector', detectors.all)
export type DetectorConfig = z.output<typeof DetectorConfig>

/** Any detector of the catalog, where its own options and state no longer matter. */
export type AnyDetector = Detector<DetectorId, z.ZodType<DetectorConfig>, unknown>
