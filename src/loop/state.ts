import type { Instant } from '../base/clock.ts'
import type { Reason } from '../base/decision.ts'
import type { Evidence } from '../base/evidence.ts'
import type { Learned, Origin, TrainingPlan } from '../base/training.ts'
import type { Effect } from './effect.ts'

/** Changes whenever a saved state could no longer be read. */
export const LOOP_STATE_VERSION = 2

/** The version that answers. */
export interface Live {
  readonly version: number
  /** Label window after which it went live (for the last time). */
  readonly since: number
  /** Times its training was put off because the gap was still growing. */
  readonly waits: number
}

/** Lives that a training ended: how long a version may be expected to serve. The initial version's life is not one. */
export interface Lives {
  readonly count: number
  /** Σ min(windows lived, 10). */
  readonly sum: number
}

/** The predecessor is still scored beside the live version. */
export interface Probation {
  readonly predecessor: number
  readonly windowsLeft: number
  readonly sum: number
  readonly sumSquares: number
  readonly rows: number
}

export interface Breaker {
  readonly rejectionsInARow: number
  /** Label window at which it opened; null = closed. */
  readonly openedAt: number | null
  readonly because: string | null
  /** Label window at which it last closed; what was trained until then counts no more. Null = never opened. */
  readonly closedAt: number | null
}

/** A decision that waits for versions to be scored on `window`. */
export interface Pending {
  readonly purpose: 'probation' | 'reuse'
  readonly window: number
  /** The version they are held against: live when they were asked for. */
  readonly live: number
  readonly evidence: readonly Evidence[]
}

export interface ActiveRun {
  readonly run: number
  readonly plan: TrainingPlan
  /** Fingerprint of the trainer when it was started. */
  readonly trainer: string | null
}

/** Where a version comes from, as the loop remembers it. */
export interface VersionOrigin extends Origin {
  readonly version: number
}

/** A training that was started. */
export interface StartedTraining {
  /** Newest label-complete window then. */
  readonly window: number
  readonly now: Instant | null
}

export interface LastTraining extends StartedTraining {
  /** `LoopState.labelledRows` then. */
  readonly labelledRows: number
  readonly trainer: string | null
}

/** Everything the loop remembers of one model. Plain data: saved and read back as JSON. */
export interface LoopState {
  readonly stateVersion: typeof LOOP_STATE_VERSION
  readonly live: Live
  readonly initialVersion: number
  /** Latest retired first. */
  readonly retired: readonly number[]
  readonly lives: Lives
  readonly probation: Probation | null
  readonly pending: Pending | null
  readonly run: ActiveRun | null
  /** Effects that wait for a person, with what they would do. */
  readonly proposal: readonly Effect[] | null
  readonly breaker: Breaker
  readonly window: number
  readonly now: Instant | null
  /** Trainings that were started, newest last; as many as budget and breaker look back. */
  readonly trainings: readonly StartedTraining[]
  readonly lastTraining: LastTraining
  /** Labelled rows so far, those of the warm-up included, those in quarantine not. */
  readonly labelledRows: number
  /** Of the live version, the retired ones, and one that is proposed. */
  readonly origins: readonly VersionOrigin[]
  /** Evidence of the newest closed window, whose labels may still be out. */
  readonly featureEvidence: readonly Evidence[]
  /** Windows that the data contract keeps out of training and judging, oldest first; the newest 1,000. */
  readonly quarantined: readonly number[]
  /** Breaches of the newest closed and of the newest labelled window that stop everything while they last. */
  readonly contractStop: { readonly rows: Reason | null; readonly labels: Reason | null }
  readonly nextRun: number
  readonly nextSeq: number
}

/** What is known of the first version and its time; all may be left out. */
export interface Beginning {
  readonly learned?: Learned
  readonly trainer?: string | null
  /** Labelled rows known before the first window, ≥ 0; default: those that it learned from. */
  readonly labelledRows?: number
}

/** The loop of a model whose first version is live, before its first window. `window`: newest window it was trained on. */
export function startLoop(
  initialVersion: number,
  window: number,
  now: Instant | null,
  { learned = { rows: null, toWindow: window, cutOffAt: now }, trainer = null, labelledRows }: Beginning = {},
): LoopState {
  const known = labelledRows ?? learned.rows ?? 0
  return {
    stateVersion: LOOP_STATE_VERSION,
    live: { version: initialVersion, since: window, waits: 0 },
    initialVersion,
    retired: [],
    lives: { count: 0, sum: 0 },
    probation: null,
    pending: null,
    run: null,
    proposal: null,
    breaker: { rejectionsInARow: 0, openedAt: null, because: null, closedAt: null },
    window,
    now,
    trainings: [],
    lastTraining: { window, now, labelledRows: known, trainer },
    labelledRows: known,
    origins: [{ version: initialVersion, ...learned, trainer }],
    featureEvidence: [],
    quarantined: [],
    contractStop: { rows: null, labels: null },
    nextRun: 1,
    nextSeq: 1,
  }
}
