import type { z } from 'zod'
import type { Plugin } from '../base/catalog.ts'
import type { Verdict } from '../base/verdict.ts'
import type { Labels, Scores } from '../data/labels.ts'
import type { Task } from '../data/schema.ts'

/** Row ids as the stream names them. */
export type RowIds = ArrayLike<number | string>

/** Two versions on the same held-out rows, in time order. */
export interface GateInput {
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
  judge(input: GateInput, config: z.output<Config>): Verdict
}

/** Gives a gate its exact types and freezes it. */
export function defineGate<const Id extends string, Config extends z.ZodType>(
  gate: Gate<Id, Config>,
): Gate<Id, Config> {
  return Object.freeze(gate)
}
