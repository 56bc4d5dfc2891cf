import type { Instant } from '../base/clock.ts'
import type { TrainingPlan } from '../base/training.ts'
import type { Verdict } from '../base/verdict.ts'
import type { ModelSchema } from '../data/model-schema.ts'
import type { GateConfig } from '../gates/catalog.ts'

/** What a live run is asked to do, as it was queued. */
export interface LivePlan extends TrainingPlan {
  /** Newest event that the run may know of: what comes later was not there when it was decided. */
  readonly knownSeq: number
}

/** One live run. */
export interface LiveRun {
  readonly model: string
  readonly number: number
  readonly plan: LivePlan
  /** The version it is judged against; null for a model's first training. */
  readonly champion: number | null
  /** Number of the policy that it runs under. */
  readonly policy: number
  readonly because: string
  readonly actor: string
  readonly queuedAt: Instant
  readonly deadlineAt: Instant
}

/** What a policy says of its runs. */
export interface LiveTerms {
  readonly schema: ModelSchema
  /** What the columns beside the features are called in the files. */
  readonly columns: SnapshotColumns
  /** Unit of loss for regression; 1 for classes. */
  readonly scale: number
  readonly rollingWindows: number
  readonly gates: readonly GateConfig[]
  /** Who trains: id and options; the port of training knows what they mean. */
  readonly trainer: { readonly id: string; readonly options: Readonly<Record<string, unknown>> }
  readonly seed: number
  /** Fewer labelled rows are not trained on. Rows, ≥ 1. */
  readonly minRows: number
  readonly limits: LiveLimits
  readonly codeVersion: string
}

export interface SnapshotColumns {
  readonly id: string
  readonly time: string
  readonly label: string
}

/** What one run may take. */
export interface LiveLimits {
  /** For the trainer alone, and for each other step. Milliseconds, > 0. */
  readonly trainMs: number
  readonly stepMs: number
  /** Resident memory of the trainer. Bytes; null: no limit. */
  readonly memoryBytes: number | null
}

/** The version that a run is judged against. */
export interface LiveChampion {
  readonly version: number
  readonly artifactDigest: string
  readonly artifactBytes: number
  /** Windows that it learned from, increasing; empty where nobody knows. */
  readonly windows: readonly number[]
  readonly rows: number | null
  /** What it learned from, below the data folder; null where there is none. */
  readonly snapshotPath: string | null
}

/** Rows written down for ever, as a run has collected them. Everything in it can be written as JSON. */
export interface SnapshotRef {
  /** Content hash of the folder as DVC computes it: an MD5 that ends in `.dir`. */
  readonly md5: string
  /** Below the data folder. */
  readonly path: string
  readonly train: readonly SnapshotWindow[]
  readonly heldOut: readonly SnapshotWindow[]
  readonly newestSeq: number
}

/** The rows of one window within a file: they follow each other in the order of the windows. */
export interface SnapshotWindow {
  readonly window: number
  /** In event time: startAt ≤ t < endAt. */
  readonly startAt: Instant
  readonly endAt: Instant
  readonly rows: number
}

/** What a training gave. Everything in it can be written as JSON. */
export interface LiveTrained {
  /** SHA-256 of the artifact, which is on disk for good. */
  readonly artifactDigest: string
  readonly artifactBytes: number
  readonly metrics: Readonly<Record<string, number>>
  readonly hyperparameters: Readonly<Record<string, unknown>>
  /** Rows that it learned from: fewer than given where the trainer drew a sample. */
  readonly trainedRows: number
  readonly trainMs: number
  readonly peakRssBytes: number | null
  readonly cpuMs: number | null
}

/** What a run comes to before anything is registered. */
export type LiveOutcome =
  | {
      readonly kind: 'trained'
      readonly snapshot: SnapshotRef
      readonly trained: LiveTrained
      readonly verdicts: readonly Verdict[]
      readonly notes: readonly string[]
    }
  | { readonly kind: 'blocked'; readonly isCorrupted: boolean; readonly breaches: readonly string[] }
  | { readonly kind: 'failed'; readonly why: string }
