import type { z } from 'zod'
import { anyConfig, catalog } from '../base/catalog.ts'
import { constantDetector } from './data-quality/constant.ts'
import { lostCategoriesDetector } from './data-quality/lost-categories.ts'
import { newCategoriesDetector } from './data-quality/new-categories.ts'
import { nullSpikeDetector } from './data-quality/null-spike.ts'
import { outOfRangeDetector } from './data-quality/out-of-range.ts'
import { scaleChangeDetector } from './data-quality/scale-change.ts'
import type { Detector } from './detector.ts'
import { chiSquaredDetector } from './drift/chi-squared.ts'
import { correlationChangeDetector } from './drift/correlation-change.ts'
import { domainClassifierDetector } from './drift/domain-classifier.ts'
import { featureDriftDetector } from './drift/feature-drift.ts'
import { ksDetector } from './drift/ks.ts'
import { labelDriftDetector } from './drift/label-drift.ts'
import { predictionDriftDetector } from './drift/prediction-drift.ts'
import { psiDetector } from './drift/psi.ts'
import { adwinDetector } from './error-stream/adwin.ts'
import { cusumDetector } from './error-stream/cusum.ts'
import { ddmDetector } from './error-stream/ddm.ts'
import { eddmDetector } from './error-stream/eddm.ts'
import { ewmaDetector } from './error-stream/ewma.ts'
import { fhddmDetector } from './error-stream/fhddm.ts'
import { hddmADetector } from './error-stream/hddm-a.ts'
import { hddmWDetector } from './error-stream/hddm-w.ts'
import { kswinDetector } from './error-stream/kswin.ts'
import { pageHinkleyDetector } from './error-stream/page-hinkley.ts'
import { seedDetector } from './error-stream/seed.ts'
import { stepdDetector } from './error-stream/stepd.ts'
import { cbpeDetector } from './label-free/cbpe.ts'
import { dleDetector } from './label-free/dle.ts'
import { papeDetector } from './label-free/pape.ts'
import { avoidableLossDetector } from './performance/avoidable-loss.ts'
import { calibrationDecayDetector } from './performance/calibration-decay.ts'
import { changePointDetector } from './performance/change-point.ts'
import { performanceDetector } from './performance/performance.ts'
import { sliceDecayDetector } from './performance/slice-decay.ts'

/** Every detector, in the order the docs and the dashboard list them. Add a line here when you add a file here. */
export const detectors = catalog('detector', [
  avoidableLossDetector,
  performanceDetector,
  changePointDetector,
  calibrationDecayDetector,
  sliceDecayDetector,
  adwinDetector,
  pageHinkleyDetector,
  cusumDetector,
  ddmDetector,
  eddmDetector,
  hddmADetector,
  hddmWDetector,
  fhddmDetector,
  seedDetector,
  stepdDetector,
  ewmaDetector,
  kswinDetector,
  psiDetector,
  ksDetector,
  chiSquaredDetector,
  correlationChangeDetector,
  predictionDriftDetector,
  labelDriftDetector,
  featureDriftDetector,
  domainClassifierDetector,
  nullSpikeDetector,
  scaleChangeDetector,
  newCategoriesDetector,
  lostCategoriesDetector,
  outOfRangeDetector,
  constantDetector,
  cbpeDetector,
  papeDetector,
  dleDetector,
])

export type DetectorId = (typeof detectors.ids)[number]

/** A detector's options in a configuration file. */
export const DetectorConfig = anyConfig('detector', detectors.all)
export type DetectorConfig = z.output<typeof DetectorConfig>

/** Any detector of the catalog, where its own options and state no longer matter. */
export type AnyDetector = Detector<DetectorId, z.ZodType<DetectorConfig>, unknown>
