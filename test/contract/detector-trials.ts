import type { Evidence } from '../../src/base/evidence.ts'
import type { TaskKind } from '../../src/data/schema.ts'
import type { DetectorId } from '../../src/detectors/catalog.ts'
import type { Shift } from './worlds.ts'

/** How a detector is put to the test: a life without change, and one with. */
export interface DetectorTrial {
  readonly kinds: readonly TaskKind[]
  readonly rows: number
  /** Windows of a life; the evidence of the last one is read. */
  readonly windows: number
  /** From which window on a changed life differs. */
  readonly changeAt: number
  readonly shift: Shift
  /** Chance of a false alarm in a life without change, as the detector's own documentation has it. */
  readonly claimed: number
  /** A false statement about a steady life, where the champion's mean loss really is `trueLoss`. */
  isFalseAlarm(evidence: readonly Evidence[], trueLoss: number): boolean
  /** Whether it heard the change. */
  hears(evidence: readonly Evidence[], changeAt: number): boolean
}

function anyAlarm(evidence: readonly Evidence[]): boolean {
  return evidence.some((e) => (e.kind === 'distance' || e.kind === 'p-value') && e.alarm)
}

function hearsOnlyX0(evidence: readonly Evidence[]): boolean {
  const alarmed = evidence.filter((e) => (e.kind === 'distance' || e.kind === 'p-value') && e.alarm)
  return alarmed.length === 1 && alarmed[0]?.subject === 'x0'
}

function estimateOf(evidence: readonly Evidence[], subject: string) {
  const found = evidence.find((e) => e.subject === subject)
  return found?.kind === 'estimate' ? found : undefined
}

/** The trigger's own floor for a sure gap. */
const SURE_GAP = 0.005
const BOTH: readonly TaskKind[] = ['binary', 'regression']

export const DETECTOR_TRIALS: Readonly<Record<DetectorId, DetectorTrial>> = {
  psi: {
    kinds: ['binary'],
    rows: 500,
    windows: 1,
    changeAt: 0,
    shift: 'features',
    // No error rate is claimed by anybody; with 500 rows the index of equal distributions is about .03.
    claimed: 0.001,
    isFalseAlarm: anyAlarm,
    hears: hearsOnlyX0,
  },
  ks: {
    kinds: ['binary'],
    rows: 500,
    windows: 1,
    changeAt: 0,
    shift: 'features',
    claimed: 0.001,
    isFalseAlarm: anyAlarm,
    hears: hearsOnlyX0,
  },
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
}
