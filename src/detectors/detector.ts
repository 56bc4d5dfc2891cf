import type { z } from 'zod'
import type { Plugin } from '../base/catalog.ts'
import type { Evidence } from '../base/evidence.ts'
import type { Frame } from '../data/frame.ts'
import type { Labels, Scores } from '../data/labels.ts'
import type { Profile } from '../data/profile.ts'
import type { Task } from '../data/schema.ts'

/** The version that is being watched, as it was when it went live. */
export interface WatchedVersion {
  readonly task: Task
  /** Profile of the rows it was trained on: what drift is measured against. */
  readonly reference: Profile
  /** The windows that `reference` was merged from, in time order: how much the columns vary when nothing is wrong. ≥ 1. */
  readonly referenceWindows: readonly Profile[]
  /** Feature columns and labels of (at least an evenly spread part of) its training rows, in time order. */
  readonly training: { readonly features: Frame; readonly labels: Labels }
  /** Regression: standard deviation of the warm-up target, the unit of loss; classes: 1. */
  readonly scale: number
  readonly seed: number
}

/** One window as detectors see it. */
export interface WindowView {
  /** Index of the window in the stream. */
  readonly window: number
  readonly profile: Profile
  readonly features: Frame
  /** NaN where a row has no label (yet). */
  readonly labels: Labels
  /** What the watched version said about these rows. */
  readonly scores: Scores
}

/**
 * A detector measures; it never decides. `State` is bounded, plain data, made when a version goes live: the caller keeps
 * it between windows and saves it beside the loop's own.
 */
export interface Detector<Id extends string, Config extends z.ZodType, State> extends Plugin {
  readonly id: Id
  /** Where the method comes from (author, year). */
  readonly source: string
  /** Whether it can speak when a window closes (it sees no label then), or only once its labels have matured. */
  readonly reads: 'features' | 'labels'
  /** That each alarm is about one feature, its subject, so that drifting features can be counted; default: it is not. */
  readonly alarmsPerFeature?: true
  readonly config: Config
  start(version: WatchedVersion, config: z.output<Config>): State
  /**
   * Takes in a past window of a version that comes back from retirement, without evidence. A detector without it starts
   * again as with a new version: baselines, running sums and labelled rows of the version's first life are gone.
   */
  recall?(state: State, version: WatchedVersion, view: WindowView, config: z.output<Config>): State
  measure(state: State, version: WatchedVersion, view: WindowView, config: z.output<Config>): Measurement<State>
  /**
   * For one that reads features only: takes in a window that it has measured again, once its labels have matured, to
   * learn from them or to say how far off it was. Windows that break the contract never come here.
   */
  mature?(state: State, version: WatchedVersion, view: WindowView, config: z.output<Config>): Measurement<State>
}

/** What a detector saw of one window, and what it remembers for the next. */
export interface Measurement<State> {
  readonly evidence: readonly Evidence[]
  readonly state: State
}

/** Gives a detector its exact types and freezes it. */
export function defineDetector<const Id extends string, Config extends z.ZodType, State>(
  detector: Detector<Id, Config, State>,
): Detector<Id, Config, State> {
  return Object.freeze(detector)
}
