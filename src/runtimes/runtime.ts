import type { Supervise } from '../base/supervised.ts'
import type { Frame } from '../data/frame.ts'
import type { Scores } from '../data/labels.ts'
import type { Schema, Task } from '../data/schema.ts'
import type { TableFormat } from '../data/training-layout.ts'

/** What a runtime may use beside an artifact's bytes. A built-in or ONNX model needs none of it. */
export interface ScoringWorld {
  /** Variables that a scorer outside this process may be given. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Ends what is under way. */
  readonly signal?: AbortSignal
  /** How an HTTP scorer is asked; the platform's own by default. */
  readonly fetch?: typeof globalThis.fetch
  /** What a model that a command scores needs; without it there is none. */
  readonly command?: CommandWorld
}

/** What scoring by a command needs of the world. */
export interface CommandWorld {
  readonly supervise: Supervise
  /** Where files that a scoring command names are looked for. */
  readonly baseFolder: string
  writeFrame(table: Frame, path: string, format: TableFormat): Promise<void>
  /** @param kinds what columns hold, whatever they look like */
  readFrame(path: string, kinds: Schema): Promise<Frame>
}

/** One model, loaded and ready to answer. */
export interface Scorer {
  readonly task: Task
  /** What it must be given; a frame may hold more columns, in any order. */
  readonly features: Schema
  /**
   * @param frame rows to score; categories may be coded differently than in training, and may be new
   * @returns `scoresPerRow(task)` numbers a row, laid out as `Scores`; every one finite
   * @throws Fault DATA_INVALID when a feature is absent or of another kind · SCORING_FAILED when the model gives no
   * number · SCORER_UNAVAILABLE when it cannot be reached now
   */
  score(frame: Frame): Promise<Scores>
  /** Gives the model's memory back. It cannot score afterwards. */
  close(): void
}
