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
  'feature-drift': {
    kinds: ['binary'],
    // As many as a window of the reference has.
    rows: 300,
    windows: 3,
    changeAt: 1,
    shift: 'features',
    claimed: 0.01,
    isFalseAlarm: anyAlarm,
    hears: hearsOnly('x0'),
  },
  'chi-squared': {
    kinds: ['binary'],
    rows: 500,
    windows: 1,
    changeAt: 0,
    shift: 'features',
    claimed: 0.001,
    isFalseAlarm: anyAlarm,
    hears: hearsOnly('x0'),
  },
  'correlation-change': {
    kinds: ['binary'],
    rows: 500,
    windows: 1,
    changeAt: 0,
    shift: 'correlation',
    claimed: 0.001,
    isFalseAlarm: anyAlarm,
    hears: hearsOnly('x0 × x1'),
  },
  'prediction-drift': {
    kinds: ['binary', 'multiclass', 'regression'],
    rows: 400,
    windows: 3,
    changeAt: 2,
    shift: 'features',
    claimed: 0.001,
    isFalseAlarm: anyAlarm,
    hears: (evidence) => evidence.some((e) => e.kind === 'p-value' && e.subject === 'score' && e.alarm),
  },
  'label-drift': {
    kinds: ['binary', 'multiclass', 'regression'],
    rows: 500,
    windows: 1,
    changeAt: 0,
    shift: 'features',
    claimed: 0.001,
    isFalseAlarm: anyAlarm,
    hears: anyAlarm,
  },
  'domain-classifier': {
    kinds: ['binary'],
    rows: 300,
    windows: 1,
    changeAt: 0,
    shift: 'features',
    claimed: 0.005,
    isFalseAlarm: anyAlarm,
    hears: (evidence) => {
      const [carrier] = evidence.filter(({ subject }) => subject !== 'all features')
      return anyAlarm(evidence) && carrier?.subject === 'x0' && carrier.kind === 'estimate' && carrier.interval.low > 0
    },
  },
} satisfies Record<string, DetectorTrial>
