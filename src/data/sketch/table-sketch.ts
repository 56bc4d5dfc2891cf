import type { Frame } from '../frame.ts'
import type { Moments } from '../profile.ts'
import type { ValueBins } from './value-sketch.ts'

interface ColumnSketchBase {
  readonly name: string
  readonly rows: number
  readonly missing: number
}

export interface NumericSketch extends ColumnSketchBase {
  readonly kind: 'numeric'
  readonly bins: ValueBins
  readonly moments: Moments
}

export interface DiscreteSketch extends ColumnSketchBase {
  readonly kind: 'categorical' | 'boolean'
  /** Rows by category. */
  readonly counts: ReadonlyMap<string, number>
  /** Rows of categories beyond the 10,000 first seen: above 0 the column is no list of categories. */
  readonly unlisted: number
}

/** Positions are not compared, only their span is told. */
export interface TimeSketch extends ColumnSketchBase {
  readonly kind: 'time'
  /** Milliseconds since 1970 UTC; null without any. */
  readonly from: number | null
  readonly to: number | null
}

export type ColumnSketch = NumericSketch | DiscreteSketch | TimeSketch

/** A whole file in bounded memory. */
export interface TableSketch {
  readonly rows: number
  /** In file order. */
  readonly columns: readonly ColumnSketch[]
  /** Some 8,000 rows, one at random from each of as many equal stretches of the file, in file order. */
  readonly sample: Frame
}
