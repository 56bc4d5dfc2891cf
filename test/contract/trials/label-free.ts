import type { Evidence } from '../../../src/base/evidence.ts'
import { type DetectorTrial, estimateOf } from './detector-trial.ts'

/** Whether the labels say that the estimate of a metric was off by more than chance. */
function isFoundWrong(evidence: readonly Evidence[], metric: string): boolean {
  const off = estimateOf(evidence, `${metric}: estimated less measured`)
  return off === undefined || off.interval.low > 0 || off.interval.high < 0
}

/** Blind to a change of what features mean by design; rows that move to where the model is surer are heard at once. */
function hearsAccuracy(evidence: readonly Evidence[]): boolean {
  const seen = estimateOf(evidence, 'accuracy')
  return seen?.baseline !== undefined && seen.interval.low > seen.baseline
}

export const LABEL_FREE_TRIALS = {
  cbpe: {
    kinds: ['binary', 'multiclass'],
    rows: 800,
    windows: 3,
    changeAt: 2,
    shift: 'features',
    claimed: 0.05,
    isFalseAlarm: (evidence) => isFoundWrong(evidence, 'accuracy'),
    hears: hearsAccuracy,
  },
  pape: {
    kinds: ['binary', 'multiclass'],
    rows: 800,
    windows: 3,
    changeAt: 2,
    shift: 'features',
    claimed: 0.05,
    isFalseAlarm: (evidence) => isFoundWrong(evidence, 'accuracy'),
    hears: hearsAccuracy,
  },
  dle: {
    kinds: ['regression'],
    rows: 500,
    windows: 4,
    changeAt: 3,
    // Errors are equally large everywhere in this world: only the labels, when they land, can show a change.
    shift: 'concept',
    claimed: 0.05,
    isFalseAlarm: (evidence) => isFoundWrong(evidence, 'mae'),
    hears: (evidence) => isFoundWrong(evidence, 'mae'),
  },
} satisfies Record<string, DetectorTrial>
