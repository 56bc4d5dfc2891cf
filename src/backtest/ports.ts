import type { Reason } from '../base/decision.ts'
import type { Verdict } from '../base/verdict.ts'
import type { Labels, Scores } from '../data/labels.ts'
import type { TrainingPlan } from '../loop/effect.ts'

/** A model that was trained on windows of the stream. The same windows always give the same model. */
export interface ModelRef {
  readonly key: string
  /** Windows it learned from, increasing. */
  readonly windows: readonly number[]
  /** Newest of them. */
  readonly trainedTo: number
}

/** How a training that was asked for ended. */
export type TrainingOutcome =
  | {
      readonly kind: 'trained'
      readonly model: ModelRef
      readonly verdicts: readonly Verdict[]
      readonly notes: readonly string[]
    }
  | { readonly kind: 'blocked'; readonly breaches: readonly string[] }
  | { readonly kind: 'failed'; readonly why: string }

/**
 * The world as a backtest sees it. What differs from live operation is here and nowhere else: runs end at once, and
 * models come from a cache, since every policy asks for many of the same ones.
 */
export interface BacktestPorts {
  train(plan: TrainingPlan, champion: ModelRef): Promise<TrainingOutcome>
  /** What a model that `train` gave says about the rows of a later window. */
  scores(model: ModelRef, window: number): Scores
  /** What the policy's data contract has against a window's rows, or against its labels; nothing without a contract. */
  inspectRows(window: number, champion: ModelRef): readonly Reason[]
  inspectLabels(window: number, champion: ModelRef): readonly Reason[]
  /** The labels that the policy is shown: a replay may poison them. */
  labels(window: number): Labels
}
