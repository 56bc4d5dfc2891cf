import { Fault } from '../base/fault.ts'
import { type Column, type Frame, findColumn, type NumericColumn } from './frame.ts'

/** Numeric bins: bin i holds edges[i−1] ≤ x < edges[i]; the outer ones are open. */
export interface NumericLayout {
  readonly name: string
  readonly kind: 'numeric'
  readonly edges: Float64Array
}

/** Bin i holds the i-th category by text; one more bin holds every category that is not listed. */
export interface CategoricalLayout {
  readonly name: string
  readonly kind: 'categorical'
  readonly binOf: ReadonlyMap<string, number>
}

/** Bin 0 holds false, bin 1 true. */
export interface BooleanLayout {
  readonly name: string
  readonly kind: 'boolean'
}

export type ColumnLayout = NumericLayout | CategoricalLayout | BooleanLayout

/** The bins that all profiles of one stream share, so that they can be added and compared. */
export interface ProfileLayout {
  readonly columns: readonly ColumnLayout[]
}

const MAX_NUMERIC_BINS = 30
const MAX_CATEGORIES = 199

/**
 * Learns the bins from the reference rows. Numeric: the midpoints between distinct values when there are at most 30 of
 * them, else the distinct quantiles at k/30. Categorical: the 199 most frequent categories by their text (ties in the
 * order of the text) and one bin for all others. Time columns are positions, not features, and have no bins.
 */
export function learnLayout(reference: Frame): ProfileLayout {
  const columns: ColumnLayout[] = []
  for (const column of reference.columns) {
    switch (column.kind) {
      case 'numeric':
        columns.push({ name: column.name, kind: 'numeric', edges: numericEdges(column) })
        break
      case 'categorical':
        columns.push({ name: column.name, kind: 'categorical', binOf: frequentCategories(column) })
        break
      case 'boolean':
        columns.push({ name: column.name, kind: 'boolean' })
        break
      case 'time':
        break
    }
  }
  return { columns }
}

/** Bins of a column without the one for missing rows. */
export function binCount(layout: ColumnLayout): number {
  switch (layout.kind) {
    case 'numeric':
      return layout.edges.length + 1
    case 'categorical':
      return layout.binOf.size + 1
    case 'boolean':
      return 2
  }
}

/** Fine bins per coarse bin, ≥ 1, so that at most 10 coarse ones remain of `bins` ≥ 1 fine ones. */
export function coarseGroup(bins: number): number {
  return Math.ceil(bins / 10)
}

/**
 * The frame's column that a layout describes, with the same kind.
 *
 * @throws Fault COLUMN_UNKNOWN when the frame has no such column; DATA_INVALID when its kind differs
 */
export function columnFor(source: Frame, layout: ColumnLayout): Column {
  const column = findColumn(source, layout.name)
  if (column === undefined) {
    const names = source.columns.map((c) => c.name).join(', ')
    throw new Fault('COLUMN_UNKNOWN', `there is no column '${layout.name}'; there are: ${names}`)
  }
  if (column.kind !== layout.kind) {
    throw new Fault('DATA_INVALID', `column '${layout.name}' is ${column.kind}; it was ${layout.kind} in the reference`)
  }
  return column
}

function numericEdges(column: NumericColumn): Float64Array {
  const present = column.values.filter((value, row) => column.missing[row] === 0 && Number.isFinite(value)).sort()
  const distinct: number[] = []
  for (const value of present) {
    if (distinct.length > MAX_NUMERIC_BINS) break
    if (value !== distinct.at(-1)) distinct.push(value)
  }
  if (distinct.length <= MAX_NUMERIC_BINS) {
    return Float64Array.from(distinct.slice(1), (value, i) => distinct[i]! + (value - distinct[i]!) / 2)
  }
  const edges: number[] = []
  for (let k = 1; k < MAX_NUMERIC_BINS; k++) {
    const edge = present[Math.floor((present.length * k) / MAX_NUMERIC_BINS)]!
    if (edge > (edges.at(-1) ?? present[0]!)) edges.push(edge)
  }
  return Float64Array.from(edges)
}

function frequentCategories(column: Extract<Column, { kind: 'categorical' }>): Map<string, number> {
  const rows = new Float64Array(column.categories.length)
  for (const code of column.values) if (code >= 0) rows[code]! += 1
  const seen = [...column.categories.keys()].filter((code) => rows[code]! > 0)
  seen.sort((a, b) => rows[b]! - rows[a]! || (column.categories[a]! < column.categories[b]! ? -1 : 1))
  return new Map(seen.slice(0, MAX_CATEGORIES).map((code, bin) => [column.categories[code]!, bin]))
}
