import type { DetectorTrial } from './detector-trial.ts'

export const DATA_QUALITY_TRIALS = {} satisfies Record<string, DetectorTrial>
