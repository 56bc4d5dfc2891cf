import type { TaskKind } from '../../../src/data/schema.ts'
import { anyAlarm, type DetectorTrial } from './detector-trial.ts'

const BOTH: readonly TaskKind[] = ['binary', 'regression']

/**
 * `claimed`: none of these methods comes with a rate of false alarms for a window of given rows, so what is claimed was
 * measured here: the share of 1,000 clean lives with an alarm in their second window of 400 rows, the larger of the two
 * kinds, at the options that the literature uses.
 */
function trial(claimed: number): DetectorTrial {
  return {
    kinds: BOTH,
    rows: 400,
    windows: 2,
    changeAt: 1,
    shift: 'concept',
    claimed,
    isFalseAlarm: anyAlarm,
    hears: anyAlarm,
  }
}

export const ERROR_STREAM_TRIALS = {
  adwin: trial(0.002),
  'page-hinkley': trial(0.002),
  cusum: trial(0.026),
  ddm: trial(0.045),
  eddm: trial(0.79),
  'hddm-a': trial(0.013),
  'hddm-w': trial(0.26),
  fhddm: trial(0.025),
  seed: trial(0.002),
  stepd: trial(0.12),
  ewma: trial(0.03),
  kswin: trial(0.25),
} satisfies Record<string, DetectorTrial>
