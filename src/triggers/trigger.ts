import type { z } from 'zod'
import type { Plugin } from '../base/catalog.ts'
import type { Instant } from '../base/clock.ts'
import type { Comparison } from '../base/comparison.ts'
import type { Decision } from '../base/decision.ts'
import type { Evidence } from '../base/evidence.ts'
import type { Origin } from '../base/training.ts'

/** All that a trigger may know when a window's labels have matured. */
export interface TriggerContext {
  readonly evidence: readonly Evidence[]
  /** Cost of one training in units of one window's mean loss (α), ≥ 0. */
  readonly cost: number
  /** How many windows a new version is expected to serve (H), ≥ 1. */
  readonly horizonWindows: number
  /** Label-complete windows since the last training (or since the first version went live), ≥ 1. */
  readonly windowsSinceTraining: number
  /** End of the newest window in event time; null where the stream has no time. */
  readonly now: Instant | null
  /** When the last training (or the first version) was started, in event time; null where the stream has no time. */
  readonly lastTrainedAt: Instant | null
  /** How often this live version's training was already put off because the gap was still growing. */
  readonly waits: number
  /** Retired versions on the newest window, best known first; null when nobody asked for them yet. */
  readonly comparisons: readonly Comparison[] | null
  /** Labelled rows outside quarantine that came since the last training was started (or the first version went live), ≥ 0. */
  readonly labelledRowsSinceTraining: number
  /** Where the live version comes from, and how many label-complete windows (≥ 0) are newer than what it learned from. */
  readonly live: Origin & { readonly windowsSinceCutOff: number }
  /** Fingerprint of the trainer as it is now, and as it was at the last training; null where nobody gave one. */
  readonly trainer: { readonly now: string | null; readonly atLastTraining: string | null }
  /** The person who asks for a training right now; null on every other occasion. */
  readonly request: { readonly actor: string; readonly reason: string } | null
}

/** A detector that must run for a trigger to have something to read, with the options it must run with. */
export interface Need {
  readonly detector: string
  readonly options?: Readonly<Record<string, unknown>>
}

/** A trigger decides whether a training pays. It reads evidence; it never measures. */
export interface Trigger<Id extends string, Config extends z.ZodType> extends Plugin {
  readonly id: Id
  /** Where the rule comes from (author, year). */
  readonly source: string
  readonly config: Config
  /**
   * `none`: the evidence is the champion's own avoidable loss, nothing is held out and probation guards it.
   * `newest`: the newest windows are held out and the challenger is judged on them.
   */
  readonly holdsOut: 'none' | 'newest'
  /**
   * The detectors that it reads, with the options it needs them run with; none for one that reads the clock. Without
   * options: run as somebody else asks for it, or with its defaults.
   */
  needs(config: z.output<Config>): readonly Need[]
  decide(context: TriggerContext, config: z.output<Config>): Decision
}

/** Any trigger of the catalog, where its own configuration type no longer matters. */
export type AnyTrigger = Trigger<string, z.ZodType>

/** Gives a trigger its exact types and freezes it. */
export function defineTrigger<const Id extends string, Config extends z.ZodType>(
  trigger: Trigger<Id, Config>,
): Trigger<Id, Config> {
  return Object.freeze(trigger)
}
