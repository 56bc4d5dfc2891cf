import type { DetectorId } from '../../src/detectors/catalog.ts'
import { DATA_QUALITY_TRIALS } from './trials/data-quality.ts'
import type { DetectorTrial } from './trials/detector-trial.ts'
import { DRIFT_TRIALS } from './trials/drift.ts'
import { ERROR_STREAM_TRIALS } from './trials/error-stream.ts'
import { LABEL_FREE_TRIALS } from './trials/label-free.ts'
import { PERFORMANCE_TRIALS } from './trials/performance.ts'

/** By detector: how it is put to the test. One file a family. */
export const DETECTOR_TRIALS: Readonly<Record<DetectorId, DetectorTrial>> = {
  ...PERFORMANCE_TRIALS,
  ...DRIFT_TRIALS,
  ...DATA_QUALITY_TRIALS,
  ...ERROR_STREAM_TRIALS,
  ...LABEL_FREE_TRIALS,
}
