import { binOf, quantileEdges } from '../stats/histogram.ts'
import type { Column, NumericColumn } from './frame.ts'

/** Rows that are alike in one column. */
export interface RowSlice {
  readonly column: string
  /** What they have in common, such as `red`, `≥ 3.5` or `(no value)`. */
  readonly value: string
  /** In ascending order. */
  readonly rows: Int32Array
}

/** A column with more categories is cut into its most frequent ones. */
const MOST_SLICES = 12
/** Numbers with no more distinct values than this are taken as they are, others in quartiles. */
const MOST_DISTINCT = 6
const MISSING = '(no value)'

/**
 * Cuts rows by one column: by its most frequent categories, truth values or few distinct numbers, else in quartiles;
 * rows without a value are a slice of their own. Times are not cut.
 *
 * @param leastRows slices with fewer rows are left out, ≥ 1
 */
export function slicesOf(column: Column, leastRows: number): RowSlice[] {
  const named = namedRows(column)
  const slices = [...named].map(([value, rows]) => ({ column: column.name, value, rows: Int32Array.from(rows) }))
  const large = slices.filter(({ rows }) => rows.length >= leastRows)
  if (column.kind === 'numeric') return large
  return large.sort((a, b) => b.rows.length - a.rows.length).slice(0, MOST_SLICES)
}

function namedRows(column: Column): Map<string, number[]> {
  const rowsOf = new Map<string, number[]>()
  if (column.kind === 'time') return rowsOf
  const nameOf = column.kind === 'numeric' ? numberNames(column) : undefined
  for (const name of nameOf?.order ?? []) rowsOf.set(name, [])
  for (let row = 0; row < column.values.length; row++) {
    const value = column.values[row]!
    const name = column.missing[row] === 1 ? MISSING : (nameOf?.of(value) ?? textOf(column, value))
    const rows = rowsOf.get(name)
    if (rows === undefined) rowsOf.set(name, [row])
    else rows.push(row)
  }
  return rowsOf
}

function textOf(column: Column, value: number): string {
  if (column.kind === 'categorical') return column.categories[value] ?? MISSING
  return value === 1 ? 'true' : 'false'
}

function numberNames(column: NumericColumn): { order: string[]; of: (value: number) => string } {
  const present = column.values.filter((_, row) => column.missing[row] === 0)
  const distinct = new Set<number>()
  for (const value of present) {
    distinct.add(value)
    if (distinct.size > MOST_DISTINCT) break
  }
  if (distinct.size <= MOST_DISTINCT) return { order: [...distinct].sort((a, b) => a - b).map(String), of: String }
  const edges = quantileEdges(present, 4).filter((edge, i, all) => i === 0 || edge !== all[i - 1])
  const shown = edges.map((edge) => String(Number(edge.toPrecision(6))))
  const order = Array.from({ length: edges.length + 1 }, (_, bin) => {
    if (bin === 0) return `< ${shown[0]}`
    return bin === edges.length ? `≥ ${shown[bin - 1]}` : `${shown[bin - 1]} to ${shown[bin]}`
  })
  return { order, of: (value) => order[binOf(value, edges)] ?? MISSING }
}
