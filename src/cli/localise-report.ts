import type { TaskKind } from '../data/schema.ts'

/** The words of `keepfit localise`, read and checked. */
export interface LocaliseAsked {
  readonly source: string
  readonly prediction: string
  readonly label: string
  readonly time?: string | undefined
  readonly kind?: TaskKind | undefined
  readonly positive?: string | undefined
  /** Columns by which rows are taken together; undefined: all the others. */
  readonly slices: readonly string[] | undefined
}

/** What `keepfit localise --json` writes. Rows are counted from 1, in the order they were read in. */
export interface LocaliseReport {
  readonly version: 1
  readonly file: string
  readonly rows: number
  /** Rows with a label and a prediction. */
  readonly judgedRows: number
  readonly task: TaskKind
  readonly loss: '0/1' | 'absolute'
  readonly predictionForm: 'class' | 'probability' | 'value'
  /** `rise` of unknown moment: the 95 % set is wider than half of the rows. */
  readonly outcome: 'rise' | 'rise of unknown moment' | 'no rise'
  /** The likeliest rise of all rows, a rise or not; null where all losses are alike. */
  readonly moment: Moment | null
  /** The rows that `moment` and `slices` are about: all, or those up to (or from) where the loss fell. */
  readonly lookedAt: { readonly from: Place; readonly to: Place }
  /** Mean loss over time, in up to 60 blocks of consecutive rows. */
  readonly blocks: readonly LossBlock[]
  /** The columns by which rows were taken together. */
  readonly slicedBy: readonly string[]
  /** Slices of 100 rows or more whose losses are not all alike. */
  readonly slices: readonly SliceReport[]
  /** Index in `slices` of the earliest rise that has a moment; null where there is none. */
  readonly earliest: number | null
  /** Whether that slice's whole 95 % set lies before that of all rows. */
  readonly isEarlier: boolean
  readonly notes: readonly string[]
}

/** A row, and what the time column holds there; null without one. */
export interface Place {
  readonly row: number
  readonly time: string | null
}

export interface Moment {
  /** The first row after the change. */
  readonly at: Place
  /** First and last row that may be it, at 95 %. */
  readonly low: Place
  readonly high: Place
  readonly isLocalised: boolean
  readonly pValue: number
  readonly before: { readonly rows: number; readonly loss: number }
  readonly after: { readonly rows: number; readonly loss: number }
  /** How much more blocks of rows scatter than independent rows would, ≥ 1. */
  readonly dispersion: number
}

export interface LossBlock {
  /** First row. */
  readonly from: number
  readonly to: number
  /** Rows with a loss. */
  readonly rows: number
  /** null where no row has one. */
  readonly loss: number | null
}

export interface SliceReport {
  readonly column: string
  readonly value: string
  /** Rows with a loss. */
  readonly rows: number
  /** Whether its loss rose, at 5 % over all slices together. */
  readonly isRise: boolean
  readonly moment: Moment
}
