import type { Frame } from '../data/frame.ts'
import type { Scores } from '../data/labels.ts'
import type { GateConfig } from '../gates/catalog.ts'
import type { MustPassRows } from '../gates/gate.ts'
import type { LiveChampion, LiveRun, LiveTerms, LiveTrained, SnapshotRef } from './live-run.ts'
import type { Refusal } from './refusal.ts'
import type { CollectedWindow, SnapshotRows } from './snapshot-rows.ts'
import type { StepWorld } from './step-runner.ts'

export interface SnapshotDraft {
  readonly train: SnapshotRows
  readonly heldOut: SnapshotRows
  readonly newestSeq: number
  /** How much the rows of each window of `train` count; left out or null: all the same. */
  readonly weights?: readonly number[] | null
}

export interface TrainOrder {
  readonly run: LiveRun
  readonly terms: LiveTerms
  readonly snapshot: SnapshotRef
  /** For a warm start; null where there is none. */
  readonly champion: LiveChampion | null
}

/** The world as a live training run sees it. */
export interface LiveRunPorts {
  /** What the run's policy says. The same run gets the same terms, whenever it asks. */
  terms(run: LiveRun): Promise<LiveTerms>
  champion(model: string, version: number): Promise<LiveChampion>
  /** Rows of windows with all labels that came up to the run's newest event: from events, or from the model's own source. */
  readWindows(run: LiveRun, windows: readonly number[], signal: AbortSignal): Promise<readonly CollectedWindow[]>
  /** Writes rows down for ever. The same rows give the same content hash, and stand once. */
  writeSnapshot(run: LiveRun, terms: LiveTerms, draft: SnapshotDraft): Promise<SnapshotRef>
  /** @throws Fault DATA_INVALID when a file is not what was written */
  verifySnapshot(snapshot: SnapshotRef): Promise<void>
  readSnapshot(snapshot: SnapshotRef, part: 'train' | 'heldOut', terms: LiveTerms): Promise<SnapshotRows>
  /** Ids of the rows that a version learned from, by window; empty where nobody knows. */
  learnedIds(champion: LiveChampion, terms: LiveTerms): Promise<ReadonlyMap<number, readonly string[]>>
  /** What the data contract has against the rows; null: nothing. */
  inspect(run: LiveRun, terms: LiveTerms, train: SnapshotRows): Promise<Refusal | null>
  /** @throws Fault TRAINING_FAILED when it does not converge or leaves no model */
  train(order: TrainOrder, world: StepWorld): Promise<LiveTrained>
  /** @param digest SHA-256 of the artifact */
  score(digest: string, frame: Frame, signal: AbortSignal): Promise<Scores>
  /** Milliseconds of single answers, measured now. */
  latencies(digest: string, frame: Frame, signal: AbortSignal): Promise<Float64Array | null>
  mustPass(digest: string, gate: GateConfig, signal: AbortSignal): Promise<MustPassRows | null>
}
