import type { DuckDBVector } from '@duckdb/node-api'
import { unreachable } from '../../base/assert.ts'
import type { Column } from '../../data/frame.ts'
import type { ColumnKind } from '../../data/schema.ts'

/** Collects the chunks of one column. */
export interface ColumnBuilder {
  append(vector: DuckDBVector, rows: number): void
  /** Appends `rows` missing values: the column is not in this file. */
  appendMissing(rows: number): void
  /** Values that were there but are nothing to learn from; they are kept as missing. */
  readonly notFinite: { nan: number; infinite: number }
  build(): Column
}

/** Starts a column of `kind` with room for `rowsExpected` rows; it grows when there are more. */
export function columnBuilder(name: string, kind: ColumnKind, rowsExpected: number): ColumnBuilder {
  switch (kind) {
    case 'numeric':
    case 'time':
      return numberBuilder(name, kind, rowsExpected)
    case 'boolean':
      return booleanBuilder(name, rowsExpected)
    case 'categorical':
      return categoryBuilder(name, rowsExpected)
    default:
      return unreachable(kind)
  }
}

function numberBuilder(name: string, kind: 'numeric' | 'time', rowsExpected: number): ColumnBuilder {
  const notFinite = { nan: 0, infinite: 0 }
  const put = (value: unknown) => {
    if (typeof value !== 'number') return undefined
    if (Number.isFinite(value)) return value
    notFinite[Number.isNaN(value) ? 'nan' : 'infinite'] += 1
    return undefined
  }
  const store = growing(rowsExpected, (length) => new Float64Array(length), Number.NaN, put)
  return { ...store, notFinite, build: () => ({ name, kind, ...store.taken() }) }
}

function booleanBuilder(name: string, rowsExpected: number): ColumnBuilder {
  const put = (value: unknown) => (typeof value === 'boolean' ? Number(value) : undefined)
  const store = growing(rowsExpected, (length) => new Uint8Array(length), 0, put)
  return { ...store, notFinite: { nan: 0, infinite: 0 }, build: () => ({ name, kind: 'boolean', ...store.taken() }) }
}

function categoryBuilder(name: string, rowsExpected: number): ColumnBuilder {
  const codes = new Map<string, number>()
  const put = (value: unknown) => {
    if (typeof value !== 'string') return undefined
    const known = codes.get(value)
    if (known !== undefined) return known
    codes.set(value, codes.size)
    return codes.size - 1
  }
  const store = growing(rowsExpected, (length) => new Int32Array(length), -1, put)
  return {
    ...store,
    notFinite: { nan: 0, infinite: 0 },
    build: () => ({ name, kind: 'categorical', ...store.taken(), categories: [...codes.keys()] }),
  }
}

/** A typed array with its missing mask. `put` says what to store for a value, or undefined when it is missing. */
function growing<T extends Float64Array | Int32Array | Uint8Array>(
  rowsExpected: number,
  create: (length: number) => T,
  absent: number,
  put: (value: unknown) => number | undefined,
) {
  let values = create(rowsExpected)
  let missing = new Uint8Array(rowsExpected)
  let rows = 0
  const reserve = (more: number) => {
    if (rows + more <= values.length) return
    const length = Math.max(2048, Math.ceil((rows + more) * 1.5))
    const wider = { values: create(length), missing: new Uint8Array(length) }
    wider.values.set(values)
    wider.missing.set(missing)
    values = wider.values
    missing = wider.missing
  }
  return {
    append(vector: DuckDBVector, count: number): void {
      reserve(count)
      for (let i = 0; i < count; i++, rows++) {
        const stored = put(vector.getItem(i))
        values[rows] = stored ?? absent
        if (stored === undefined) missing[rows] = 1
      }
    },
    appendMissing(count: number): void {
      reserve(count)
      values.fill(absent, rows, rows + count)
      missing.fill(1, rows, rows + count)
      rows += count
    },
    taken: () => ({ values: values.subarray(0, rows) as T, missing: missing.subarray(0, rows) }),
  }
}
