import type { z } from 'zod'
import type { Plugin } from '../base/catalog.ts'
import type { Verdict } from '../base/verdict.ts'
import type { Frame } from '../data/frame.ts'
import type { Labels, Scores } from '../data/labels.ts'
import type { Task } from '../data/schema.ts'

/** Row ids as the stream names them. */
export type RowIds = ArrayLike<number | string>

/** What costs work to gather, so that it is gathered only for a gate that declares it. */
export const NEEDS = [
  'features',
  'training-counts',
  'artifact-sizes',
  'latencies',
  'missing-probe',
  'must-pass',
] as const
export type Need = (typeof NEEDS)[number]

/** How much a challenger learned from. */
export interface TrainingCounts {
  readonly windows: number
  /** Labelled rows that it learned from; fewer than those of its windows where the trainer drew a sample. */
  readonly rows: number
  /** Labelled rows of its windows by class code; empty for regression. */
  readonly rowsPerClass: readonly number[]
}

/** The challenger's scores of the held-out rows, with one feature missing in all of them. */
export interface BlankedScores {
  readonly feature: string
  readonly scores: Scores
}

/** Frozen rows with the outcome that each must be given: class codes or values. */
export interface MustPassRows {
  readonly expected: Labels
  readonly challenger: Scores
}

/** What only some gates ask for. Null: nobody measured it, or nobody asked. */
export interface Gathered {
  /** Feature columns of the held-out rows. */
  readonly features: Frame | null
  readonly trainingCounts: TrainingCounts | null
  /** Bytes of the encoded artifacts. */
  readonly artifactBytes: { readonly champion: number; readonly challenger: number } | null
  /** How long each recorded answer of the challenger took, in milliseconds. A backtest has none. */
  readonly latencies: Float64Array | null
  readonly missingProbe: readonly BlankedScores[] | null
  readonly mustPass: MustPassRows | null
}

export const NOTHING_GATHERED: Gathered = {
  features: null,
  trainingCounts: null,
  artifactBytes: null,
  latencies: null,
  missingProbe: null,
  mustPass: null,
}

/** Two versions on the same held-out rows, in time order. */
export interface GateInput extends Gathered {
  readonly task: Task
  /** NaN where a row has no label (yet). */
  readonly labels: Labels
  readonly champion: Scores
  readonly challenger: Scores
  /** Regression: standard deviation of the warm-up target, the unit of loss; classes: 1. */
  readonly scale: number
  /** Rows that each version learned from; empty where that is not known. */
  readonly training: { readonly champion: RowIds; readonly challenger: RowIds }
  /** Ids of the rows that are judged on. */
  readonly heldOut: RowIds
  /** Held-out rows whose content equals some training row under another id; null where nobody counted. */
  readonly equalContentRows: number | null
}

/** A gate judges a challenger against the champion. It reads rows and scores; it never asks anybody. */
export interface Gate<Id extends string, Config extends z.ZodType> extends Plugin {
  readonly id: Id
  /** Where the method comes from (author, year). */
  readonly source: string
  readonly config: Config
  /** What must be gathered for it. */
  readonly needs?: readonly Need[]
  judge(input: GateInput, config: z.output<Config>): Verdict
}

/** Gives a gate its exact types and freezes it. */
export function defineGate<const Id extends string, Config extends z.ZodType>(
  gate: Gate<Id, Config>,
): Gate<Id, Config> {
  return Object.freeze(gate)
}
