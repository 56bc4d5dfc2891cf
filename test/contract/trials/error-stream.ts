import type { DetectorTrial } from './detector-trial.ts'

export const ERROR_STREAM_TRIALS = {} satisfies Record<string, DetectorTrial>
