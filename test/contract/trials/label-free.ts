import type { DetectorTrial } from './detector-trial.ts'

export const LABEL_FREE_TRIALS = {} satisfies Record<string, DetectorTrial>
