import type { RuleConfig } from '../data/contract/catalog.ts'
import type { ColumnKind, TaskKind } from '../data/schema.ts'
import type { DetectorConfig } from '../detectors/catalog.ts'
import type { LoopConfig } from '../loop/config.ts'

/** When a window's labels have matured. The earliest of what is given counts. All in event time. */
export interface LabelTerms {
  /** So long after the window's end its labels are known; null: nobody says. ≥ 0. */
  readonly delayMs: number | null
  /** The same in windows that must have closed after it, where windows are cut by rows. ≥ 0. */
  readonly delayWindows?: number
  /** As soon as this share of its rows has a label, in (0, 1]; null: no share is enough by itself. */
  readonly share: number | null
  /** So long after the window's end a row without a label counts as `absentMeans`; null: it never does. ≥ 0. */
  readonly absentAfterMs: number | null
  /** The label that absence means, as its text. */
  readonly absentMeans: string | null
}

/** What is known of a model's rows before any was seen. */
export interface SchemaWish {
  readonly kind?: TaskKind | undefined
  readonly positive?: string | undefined
  readonly features?: readonly string[] | undefined
  readonly ignore?: readonly string[] | undefined
  readonly kinds?: Readonly<Record<string, ColumnKind>> | undefined
  /** What it means that no label came. */
  readonly absentMeans?: string | undefined
}

/** How one model is looked after, live. */
export interface LiveSettings {
  /** Number of the policy that says so. */
  readonly policy: number
  readonly loop: LoopConfig
  readonly detectors: readonly DetectorConfig[]
  readonly contract: readonly RuleConfig[]
  /** Length of a window in event time, > 0 ms; of windows by rows: the silence after which event time goes on by itself. */
  readonly everyMs: number
  /** A window has so many predictions, ≥ 1, and more where the last ones have the same time; left out: cut by time. */
  readonly windowRows?: number
  /** A window closes so long after its end, in event time, for events that come late. ≥ 0 ms. */
  readonly latenessMs: number
  readonly labels: LabelTerms
  /** Label-complete windows before the first version, and that an adopted one without its data is held against. ≥ 1. */
  readonly warmupWindows: number
  readonly schema: SchemaWish
  readonly seed: number
}
