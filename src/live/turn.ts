import type { Instant } from '../base/clock.ts'
import type { TrainingPlan } from '../base/training.ts'
import type { Profile } from '../data/profile.ts'
import type { Effect } from '../loop/effect.ts'
import type { Observation } from '../loop/observation.ts'
import type { DecisionRecord } from '../loop/record.ts'
import type { LoopState } from '../loop/state.ts'
import type { WatchState } from '../watch/watch.ts'
import type { ModelShape } from './shape.ts'
import type { Span } from './windows.ts'

/** Where a model's life stands in its stream. */
export interface Cursor {
  /** The next window to tell the loop of; while gathering: the next to cut. */
  readonly nextWindow: number
  /** The oldest window whose labels have not matured. */
  readonly nextMatured: number
  readonly nextObservation: number
  /** End of the newest window that was cut; null before the first. */
  readonly closedTo: Instant | null
}

/** The detectors' state with the policy that chose them. */
export interface SavedWatch {
  readonly policy: number
  readonly state: WatchState
}

/** A model's life as it was saved. Gathering: no version answers yet, or none that may be watched. */
export type SavedLife =
  | { readonly phase: 'gathering'; readonly revision: number; readonly cursor: Cursor }
  | {
      readonly phase: 'living'
      readonly revision: number
      readonly cursor: Cursor
      readonly state: LoopState
      readonly watch: SavedWatch
    }

/** What the record of a life begins with: all that follows can be decided again from it. */
export interface Began {
  readonly kind: 'began'
  readonly state: LoopState
}

/** What a closed or matured window adds to what is kept of it. */
export interface WindowNews extends Span {
  readonly number: number
  readonly rows: number
  /** Made once; left out where the layout is not known yet. */
  readonly profile?: Profile
  readonly matured?: {
    readonly seq: number
    readonly labelledRows: number
    readonly performance: WindowPerformance | null
  }
}

/** How well what was answered did on a window. */
export interface WindowPerformance {
  /** The version that was live when the labels matured. */
  readonly version: number
  /** Whether the scores are those that were answered, or the live version's on the same rows. */
  readonly of: 'answers' | 'version'
  readonly metrics: readonly {
    readonly metric: string
    readonly value: number
    readonly low: number
    readonly high: number
    readonly level: number
    readonly rows: number
  }[]
}

/** One step of a model's life, to be written whole or not at all. */
export interface Turn {
  readonly model: string
  /** The revision that it was worked out from. */
  readonly revision: number
  readonly now: Instant
  readonly policy: number
  readonly cursor: Cursor
  /** Null while gathering. */
  readonly life: { readonly state: LoopState; readonly watch: SavedWatch } | null
  /** Given once, when the life begins. */
  readonly shape?: ModelShape
  readonly windows: readonly WindowNews[]
  readonly observation: Observation | Began | null
  readonly decisions: readonly DecisionRecord[]
  readonly effects: readonly Effect[]
  /** A first version answers from now on. */
  readonly first?: { readonly version: number; readonly window: number }
  /** A first training, before there is a loop that could ask for one. */
  readonly firstRun?: {
    readonly run: number
    readonly plan: TrainingPlan
    readonly because: string
    readonly actor: string
  }
  /** What this step has heard. */
  readonly heard: {
    readonly run?: number
    readonly command?: { readonly id: number; readonly answer: string }
  }
}
