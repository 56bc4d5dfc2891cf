import type { Column, Frame } from './frame.ts'
import { rowHashes } from './row-hash.ts'
import type { ColumnKind } from './schema.ts'

/** What a contract asks of a column that its profile does not hold. */
export interface ColumnFacts {
  readonly name: string
  readonly kind: ColumnKind
  readonly rows: number
  /** Rows without a value; a number that is NaN counts. */
  readonly missing: number
  /** Different values. */
  readonly distinct: number
  /** Rows by value as text, in order of first sight; null for times and above 1,000 different values. */
  readonly tally: ReadonlyMap<string, number> | null
  /** The same of values that at least 1 row in 1,000 has, however many different ones there are; none for times. */
  readonly frequent: ReadonlyMap<string, number>
  /** Numbers: the values, ascending; infinities included. Null for other kinds. */
  readonly sorted: Float64Array | null
  /** Times: the latest, in ms since 1970 UTC. Null for other kinds and without a value. */
  readonly newest: number | null
}

/** Facts of one window's rows. They hold the numbers themselves: for checking, not for keeping. */
export interface RowFacts {
  readonly rows: number
  readonly columns: readonly ColumnFacts[]
  /** Rows that equal an earlier one of the window in every column. */
  readonly duplicates: number
}

const MOST_TALLIED = 1000
/** More than so many values cannot each have as large a part of the rows. */
const FREQUENT = 1 / MOST_TALLIED

/** Counts, orders and compares the rows of one window, each value once. */
export function rowFacts(source: Frame): RowFacts {
  const { rows } = source
  const duplicates = source.columns.length === 0 ? 0 : rows - new Set(rowHashes(source)).size
  return { rows, columns: source.columns.map(columnFacts), duplicates }
}

/** The facts of the column called `name`; undefined when there is none. */
export function findFacts({ columns }: RowFacts, name: string): ColumnFacts | undefined {
  return columns.find((column) => column.name === name)
}

/** Values below `bound` in ascending numbers. */
export function valuesBelow(sorted: Float64Array, bound: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < bound) low = middle + 1
    else high = middle
  }
  return low
}

/** Values above `bound` in ascending numbers. */
export function valuesAbove(sorted: Float64Array, bound: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! <= bound) low = middle + 1
    else high = middle
  }
  return sorted.length - low
}

function columnFacts(column: Column): ColumnFacts {
  const { name, kind } = column
  const rows = column.values.length
  const counts = new Map<number, number>()
  let missing = 0
  for (let row = 0; row < rows; row++) {
    const value = column.values[row]!
    if (column.missing[row] === 1 || Number.isNaN(value)) missing++
    else counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const isTold = kind !== 'time'
  const tally = isTold && counts.size <= MOST_TALLIED ? tallyOf(column, counts) : null
  const least = FREQUENT * (rows - missing)
  const large: [number, number][] = []
  if (isTold) for (const [value, count] of counts) if (count >= least) large.push([value, count])
  return {
    name,
    kind,
    rows,
    missing,
    distinct: counts.size,
    tally,
    frequent: tallyOf(column, large),
    sorted: kind === 'numeric' ? sortedValues(column.values, column.missing, rows - missing) : null,
    newest: kind === 'time' ? newestOf(counts) : null,
  }
}

function tallyOf(
  column: Column,
  counts: Iterable<readonly [value: number, rows: number]>,
): ReadonlyMap<string, number> {
  const tally = new Map<string, number>()
  for (const [value, rows] of counts) {
    const text = textOf(column, value)
    tally.set(text, (tally.get(text) ?? 0) + rows)
  }
  return tally
}

/** A value as a contract's file names it. */
function textOf(column: Column, value: number): string {
  if (column.kind === 'categorical') return column.categories[value] ?? ''
  if (column.kind === 'boolean') return value === 1 ? 'true' : 'false'
  return String(value)
}

function sortedValues(values: ArrayLike<number>, missing: Uint8Array, size: number): Float64Array {
  const present = new Float64Array(size)
  let at = 0
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    if (missing[row] === 0 && !Number.isNaN(value)) present[at++] = value
  }
  return present.sort()
}

function newestOf(counts: ReadonlyMap<number, number>): number | null {
  let newest = Number.NEGATIVE_INFINITY
  for (const value of counts.keys()) if (value > newest) newest = value
  return newest === Number.NEGATIVE_INFINITY ? null : newest
}
