import type { Labels, Scores } from '../data/labels.ts'

/** The world as a training run sees it. `Model` is whatever the caller knows a trained model by. */
export interface PipelinePorts<Model> {
  /** @throws Fault TRAINING_FAILED when the trainer does not converge */
  fit(windows: readonly number[]): Promise<Model>
  /** What a model says about the rows of one window, in time order. */
  scores(model: Model, window: number): Scores
  /** Windows that a model learned from. */
  learnedFrom(model: Model): readonly number[]
  labels(window: number): Labels
  /** One stable id a row: event id, value of the id column, or position in the file. */
  rowIds(window: number): ArrayLike<number | string>
  /** One fingerprint a row: equal content, equal number. */
  contentHashes(window: number): Float64Array
}
