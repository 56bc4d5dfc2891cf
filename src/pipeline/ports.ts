import type { Frame } from '../data/frame.ts'
import type { Labels, Scores } from '../data/labels.ts'
import type { GateConfig } from '../gates/catalog.ts'
import type { MustPassRows } from '../gates/gate.ts'

/** The world as a training run sees it. `Model` is whatever the caller knows a trained model by. */
export interface PipelinePorts<Model> {
  /**
   * @param weights how much the rows of each window count, > 0; left out or null: all the same
   * @throws Fault TRAINING_FAILED when the trainer does not converge
   */
  fit(windows: readonly number[], weights?: readonly number[] | null): Promise<Model>
  /** What a model says about the rows of one window, in time order. */
  scores(model: Model, window: number): Scores
  /** Windows that a model learned from. */
  learnedFrom(model: Model): readonly number[]
  labels(window: number): Labels
  /** One stable id a row: event id, value of the id column, or position in the file. */
  rowIds(window: number): ArrayLike<number | string>
  /** One fingerprint a row: equal content, equal number. */
  contentHashes(window: number): Float64Array
  /** Null where nothing more is known of the world than the above. */
  readonly lookups: GateLookups<Model> | null
}

/** What is looked up, or scored anew, only for a gate that needs it. Each answer is null where nobody can tell. */
export interface GateLookups<Model> {
  /** Feature columns of the rows of windows, in time order. */
  features(windows: readonly number[]): Frame | null
  facts(model: Model): ModelFacts | null
  /** Milliseconds of each recorded answer. */
  latencies(model: Model): Float64Array | null
  /** The scores of the rows of windows once for each name, with that feature missing in all of them. */
  scoresWithout(
    model: Model,
    windows: readonly number[],
    features: readonly string[],
  ): Promise<readonly Scores[] | null>
  /** The model's scores of the frozen rows that a gate names. */
  mustPass(model: Model, gate: GateConfig): Promise<MustPassRows | null>
}

/** What a model's artifact says of itself. */
export interface ModelFacts {
  readonly artifactBytes: number
  /** Labelled rows that it learned from. */
  readonly trainedRows: number
}
