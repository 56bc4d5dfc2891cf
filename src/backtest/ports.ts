import type { TrainingOutcome, TrainingPlan } from '../base/training.ts'
import type { Labels, Scores } from '../data/labels.ts'
import type { Inspection } from '../watch/inspect.ts'

/** A model that was trained on windows of the stream. The same windows always give the same model. */
export interface ModelRef {
  readonly key: string
  /** Windows it learned from, increasing. */
  readonly windows: readonly number[]
  /** Newest of them. */
  readonly trainedTo: number
}

/**
 * The world as a backtest sees it. What differs from live operation is here and nowhere else: runs end at once, and
 * models come from a cache, since every policy asks for many of the same ones.
 */
export interface BacktestPorts {
  train(plan: TrainingPlan, champion: ModelRef): Promise<TrainingOutcome<ModelRef>>
  /** What a model that `train` gave says about the rows of a later window. */
  scores(model: ModelRef, window: number): Scores
  /** What the policy's data contract has against a window's rows, or against its labels; nothing without a contract. */
  inspectRows(window: number, champion: ModelRef, quarantined: readonly number[]): Inspection
  inspectLabels(window: number, champion: ModelRef, quarantined: readonly number[]): Inspection
  /** The labels that the policy is shown: a replay may poison them. */
  labels(window: number): Labels
}
