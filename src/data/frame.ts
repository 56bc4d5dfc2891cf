import { assert } from '../base/assert.ts'
import type { Schema } from './schema.ts'

interface ColumnBase {
  readonly name: string
  /** 1 where the row has no value. Missing is told from every value, also from NaN. Length = rows. */
  readonly missing: Uint8Array
}

/** Numbers; NaN at a missing row. */
export interface NumericColumn extends ColumnBase {
  readonly kind: 'numeric'
  readonly values: Float64Array
}

/** Codes into `categories` in order of first sight; −1 at a missing row. */
export interface CategoricalColumn extends ColumnBase {
  readonly kind: 'categorical'
  readonly values: Int32Array
  readonly categories: readonly string[]
}

/** 0 or 1; 0 at a missing row. */
export interface BooleanColumn extends ColumnBase {
  readonly kind: 'boolean'
  readonly values: Uint8Array
}

/** Milliseconds since 1970 UTC; NaN at a missing row. */
export interface TimeColumn extends ColumnBase {
  readonly kind: 'time'
  readonly values: Float64Array
}

export type Column = NumericColumn | CategoricalColumn | BooleanColumn | TimeColumn

/** Rows as columns of typed arrays, all of the same length. Read-only by convention: a slice shares memory. */
export interface Frame {
  readonly rows: number
  readonly columns: readonly Column[]
}

/**
 * Puts columns together without copying them. No columns: no rows.
 *
 * @throws BrokenInvariant when columns differ in length or two share a name
 */
export function frame(columns: readonly Column[]): Frame {
  const rows = columns[0]?.values.length ?? 0
  const names = new Set<string>()
  for (const column of columns) {
    assert(column.values.length === rows, `column '${column.name}' has ${column.values.length} rows, not ${rows}`)
    assert(column.missing.length === rows, `the missing mask of '${column.name}' is not ${rows} long`)
    assert(!names.has(column.name), `two columns are called '${column.name}'`)
    names.add(column.name)
  }
  return { rows, columns }
}

/** Names and kinds of the columns, in their order. */
export function schemaOf(source: Frame): Schema {
  return source.columns.map(({ name, kind }) => ({ name, kind }))
}

/** The column called `name`, compared exactly; undefined when there is none. */
export function findColumn(source: Frame, name: string): Column | undefined {
  return source.columns.find((column) => column.name === name)
}

/** Rows from ≤ i < to, sharing memory with `source`. 0 ≤ from ≤ to ≤ rows. */
export function sliceRows(source: Frame, from: number, to: number): Frame {
  return frame(source.columns.map((c) => sliceColumn(c, from, to)))
}

function sliceColumn(column: Column, from: number, to: number): Column {
  const missing = column.missing.subarray(from, to)
  switch (column.kind) {
    case 'categorical':
      return { ...column, values: column.values.subarray(from, to), missing }
    case 'boolean':
      return { ...column, values: column.values.subarray(from, to), missing }
    case 'numeric':
    case 'time':
      return { ...column, values: column.values.subarray(from, to), missing }
  }
}

/** The rows at `index` (each 0 … rows − 1, in any order, also more than once), in that order, copied. */
export function takeRows(source: Frame, index: ArrayLike<number>): Frame {
  return frame(source.columns.map((column) => takeColumn(column, index)))
}

function takeColumn(column: Column, index: ArrayLike<number>): Column {
  const missing = pick(column.missing, index, new Uint8Array(index.length))
  switch (column.kind) {
    case 'categorical':
      return { ...column, values: pick(column.values, index, new Int32Array(index.length)), missing }
    case 'boolean':
      return { ...column, values: pick(column.values, index, new Uint8Array(index.length)), missing }
    case 'numeric':
    case 'time':
      return { ...column, values: pick(column.values, index, new Float64Array(index.length)), missing }
  }
}

function pick<T extends Float64Array | Int32Array | Uint8Array>(from: T, index: ArrayLike<number>, into: T): T {
  for (let i = 0; i < index.length; i++) into[i] = from[index[i]!]!
  return into
}
