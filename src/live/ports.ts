import type { Instant } from '../base/clock.ts'
import type { Learned, TrainingOutcome } from '../base/training.ts'
import type { Scores } from '../data/labels.ts'
import type { ModelSchema } from '../data/model-schema.ts'
import type { Profile } from '../data/profile.ts'
import type { WindowRows } from '../data/window-rows.ts'
import type { Observation } from '../loop/observation.ts'
import type { LiveSettings, SchemaWish } from './settings.ts'
import type { ModelShape } from './shape.ts'
import type { SavedLife, Turn } from './turn.ts'
import type { Span, Stream } from './windows.ts'

/** A version as the registry knows it. */
export interface KnownVersion {
  readonly number: number
  /** Windows that it learned from, increasing; empty where nobody knows. */
  readonly windows: readonly number[]
  readonly rows: number | null
  readonly cutOffAt: Instant | null
  readonly origin: 'trained' | 'adopted'
  /** Its artifact was removed as garbage: it can say nothing any more. */
  readonly isCollected: boolean
}

/** A window that was closed. */
export interface ClosedWindow extends Span {
  readonly number: number
  readonly rows: number
  readonly profile: Profile | null
  /** Newest event that was known when its labels matured; null: they have not yet. */
  readonly maturedSeq: number | null
  readonly labelledRows: number | null
}

export interface RowsWanted extends Span {
  readonly schema: ModelSchema
  /** Which labels are joined: none, or those that came up to an event; absence counts as `absentAs` where it is given. */
  readonly labels: 'none' | { readonly upToSeq: number; readonly absentAs: string | null }
}

/** A run that ended and that the loop has not been told of. */
export interface EndedRun {
  readonly run: number
  readonly result: TrainingOutcome<number>
  readonly learned: Learned | null
}

/** A person's word that the loop has not heard. */
export interface WaitingCommand {
  readonly id: number
  readonly body: Extract<Observation, { kind: 'command' }>
}

/** The world as the loop of one live model sees it. */
export interface LivePorts {
  settings(model: string): Promise<LiveSettings>
  life(model: string): Promise<SavedLife>
  stream(model: string): Promise<Stream>
  /** Time of the first prediction at or after `from`, or of the `nth` there; null where there are not so many yet. */
  nextPrediction(model: string, from: Instant, nth?: number): Promise<Instant | null>
  /** Predictions of a span, and those among them with a label. */
  counts(model: string, span: Span): Promise<{ readonly rows: number; readonly labelled: number }>
  /** The same, asked again and again: what was so a while ago, where counting takes long. */
  recentCounts: LivePorts['counts']
  rows(model: string, wanted: RowsWanted): Promise<WindowRows>
  /** Features, kinds and classes as the rows of a span show them. */
  learnSchema(model: string, span: Span, wish: SchemaWish): Promise<ModelSchema>
  /** Features and task that a version's artifact names. */
  schemaOf(model: string, version: number): Promise<ModelSchema>
  /** Trainings before there is a loop to count them. */
  runsSoFar(
    model: string,
  ): Promise<{ readonly isActive: boolean; readonly made: number; readonly lastToWindow: number | null }>
  /** What the model's rows are read and counted by; null while nobody knows. */
  shape(model: string): Promise<ModelShape | null>
  /** Closed windows with these numbers, in their order. */
  windows(model: string, numbers: readonly number[]): Promise<readonly ClosedWindow[]>
  version(model: string, number: number): Promise<KnownVersion>
  /** What a version says about rows; they may be newer than all that it learned from, or not. */
  scores(model: string, version: number, rows: WindowRows): Promise<Scores>
  /** The version that was adopted and serves, while the loop has not begun; null: none. */
  adopted(model: string): Promise<KnownVersion | null>
  endedRun(model: string): Promise<EndedRun | null>
  waitingCommand(model: string): Promise<WaitingCommand | null>
  /** All or nothing; false where somebody else moved the model on since `turn.revision` was read. */
  commit(turn: Turn): Promise<boolean>
}
