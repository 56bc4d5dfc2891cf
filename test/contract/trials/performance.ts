import type { TaskKind } from '../../../src/data/schema.ts'
import { anyAlarm, type DetectorTrial, estimateOf } from './detector-trial.ts'

/** The trigger's own floor for a sure gap. */
const SURE_GAP = 0.005
const BOTH: readonly TaskKind[] = ['binary', 'regression']

export const PERFORMANCE_TRIALS = {
  performance: {
    kinds: BOTH,
    rows: 400,
    windows: 2,
    changeAt: 1,
    shift: 'concept',
    claimed: 0.05,
    isFalseAlarm(evidence, trueLoss) {
      const seen = estimateOf(evidence, 'loss')
      return seen === undefined || trueLoss < seen.interval.low || trueLoss > seen.interval.high
    },
    hears(evidence) {
      const seen = estimateOf(evidence, 'loss')
      return seen?.baseline !== undefined && seen.interval.low > seen.baseline
    },
  },
  'change-point': {
    kinds: BOTH,
    rows: 100,
    windows: 16,
    changeAt: 9,
    shift: 'concept',
    claimed: 0.05,
    isFalseAlarm: (evidence) => estimateOf(evidence, 'loss') !== undefined,
    hears(evidence, changeAt) {
      const seen = estimateOf(evidence, 'loss')
      return seen !== undefined && seen.interval.low <= changeAt && changeAt <= seen.interval.high
    },
  },
  'avoidable-loss': {
    kinds: BOTH,
    rows: 400,
    windows: 5,
    changeAt: 2,
    shift: 'concept',
    // One standard error below the estimate, one-sided.
    claimed: 0.1587,
    isFalseAlarm: (evidence) => (estimateOf(evidence, 'loss')?.interval.low ?? 0) > SURE_GAP,
    hears: (evidence) => (estimateOf(evidence, 'loss')?.interval.low ?? 0) > SURE_GAP,
  },
  'calibration-decay': {
    kinds: BOTH,
    rows: 500,
    windows: 2,
    changeAt: 1,
    shift: 'calibration',
    claimed: 0.05,
    // The world's champion is calibrated: its true slope is 1.
    isFalseAlarm(evidence) {
      const seen = estimateOf(evidence, 'slope')
      return seen === undefined || seen.interval.low > 1 || seen.interval.high < 1
    },
    hears(evidence) {
      const seen = estimateOf(evidence, 'slope')
      return seen?.baseline !== undefined && seen.interval.high < seen.baseline
    },
  },
  'slice-decay': {
    kinds: BOTH,
    rows: 600,
    windows: 4,
    changeAt: 3,
    shift: 'slice',
    claimed: 0.01,
    isFalseAlarm: anyAlarm,
    hears: (evidence) => evidence.some((e) => e.kind === 'p-value' && e.subject === 'colour = red' && e.alarm),
  },
} satisfies Record<string, DetectorTrial>
