import { anyAlarm, type DetectorTrial, hearsOnly } from './detector-trial.ts'

export const DRIFT_TRIALS = {
  psi: {
    kinds: ['binary'],
    rows: 500,
    windows: 1,
    changeAt: 0,
    shift: 'features',
    // No error rate is claimed by anybody; with 500 rows the index of equal distributions is about .03.
    claimed: 0.001,
    isFalseAlarm: anyAlarm,
    hears: hearsOnly('x0'),
  },
  ks: {
    kinds: ['binary'],
    rows: 500,
    windows: 1,
    changeAt: 0,
    shift: 'features',
    claimed: 0.001,
    isFalseAlarm: anyAlarm,
    hears: hearsOnly('x0'),
  },
} satisfies Record<string, DetectorTrial>
