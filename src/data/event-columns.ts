import { cellOf, STRANGE } from './event-values.ts'
import type { CategoricalColumn, Column } from './frame.ts'
import type { ColumnSchema } from './schema.ts'

/** In a mask under construction: a value was there, but not of the column's kind. */
const STRANGE_MARK = 2

/** Collects one feature of events, in any order. */
export interface EventColumn {
  /** A value as it stood in the event's JSON. */
  push(value: unknown): void
  /** Makes room for so many values at once, for whoever knows how many there will be. */
  reserve(more: number): void
  /** `count` values; undefined: all of them are missing. */
  pushMany(count: number, valueAt: ((row: number) => unknown) | undefined): void
  /** The rows at `index`, with codes in order of first sight, and how many of their values were strange. */
  take(index: Uint32Array): { readonly column: Column; readonly strange: number }
}

/** Starts an empty column that grows. */
export function eventColumn({ name, kind }: ColumnSchema): EventColumn {
  const codes = new Map<string, number>()
  const absent = kind === 'categorical' ? -1 : kind === 'boolean' ? 0 : Number.NaN
  let values = storeFor(kind, 1024)
  let mask = new Uint8Array(1024)
  let rows = 0
  const codeOf = (text: string) => {
    const known = codes.get(text)
    if (known !== undefined) return known
    codes.set(text, codes.size)
    return codes.size - 1
  }
  const reserve = (more: number) => {
    if (rows + more <= mask.length) return
    const length = Math.max(rows + more, rows * 2)
    values = widened(values, storeFor(kind, length))
    mask = widened(mask, new Uint8Array(length))
  }
  const put = (value: unknown) => {
    const cell = cellOf(value, kind)
    if (cell === undefined || cell === STRANGE) {
      values[rows] = absent
      mask[rows] = cell === undefined ? 1 : STRANGE_MARK
    } else values[rows] = typeof cell === 'string' ? codeOf(cell) : cell
    rows += 1
  }
  /** As `put`, without its questions for every number. */
  const putNumbers = (count: number, valueAt: (row: number) => unknown) => {
    const [into, gone] = [values, mask]
    for (let i = 0; i < count; i++) {
      const value = valueAt(i)
      const isNumber = typeof value === 'number' && Number.isFinite(value)
      into[rows + i] = isNumber ? value : absent
      if (!isNumber) gone[rows + i] = value === null || value === undefined ? 1 : STRANGE_MARK
    }
    rows += count
  }
  return {
    reserve,
    push(value) {
      reserve(1)
      put(value)
    },
    pushMany(count, valueAt) {
      reserve(count)
      if (valueAt === undefined) for (let i = 0; i < count; i++) put(undefined)
      else if (kind === 'numeric') putNumbers(count, valueAt)
      else for (let i = 0; i < count; i++) put(valueAt(i))
    },
    take(index) {
      if (isAll(index, rows) && !mask.subarray(0, rows).includes(STRANGE_MARK)) {
        const whole = { taken: values.subarray(0, rows) as Store, missing: mask.subarray(0, rows) }
        return { column: columnOf({ name, kind }, { ...whole, categories: [...codes.keys()] }), strange: 0 }
      }
      const missing = new Uint8Array(index.length)
      const taken = storeFor(kind, index.length)
      let strange = 0
      for (let i = 0; i < index.length; i++) {
        const row = index[i]!
        taken[i] = values[row]!
        if (mask[row] === STRANGE_MARK) strange += 1
        missing[i] = mask[row] === 0 ? 0 : 1
      }
      return { column: columnOf({ name, kind }, { taken, missing, categories: [...codes.keys()] }), strange }
    },
  }
}

/** Whether `index` names every row once, in order: nothing need be copied then. */
function isAll(index: Uint32Array, rows: number): boolean {
  if (index.length !== rows) return false
  for (let row = 0; row < rows; row++) if (index[row] !== row) return false
  return true
}

type Store = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>

function storeFor(kind: ColumnSchema['kind'], length: number): Store {
  if (kind === 'categorical') return new Int32Array(length)
  return kind === 'boolean' ? new Uint8Array(length) : new Float64Array(length)
}

function widened<T extends Store>(from: T, into: T): T {
  into.set(from)
  return into
}

function columnOf(
  { name, kind }: ColumnSchema,
  { taken, missing, categories }: { taken: Store; missing: Uint8Array; categories: readonly string[] },
): Column {
  switch (kind) {
    case 'categorical':
      return recoded({ name, kind, values: taken as Int32Array, missing, categories })
    case 'boolean':
      return { name, kind, values: taken as Uint8Array, missing }
    case 'numeric':
    case 'time':
      return { name, kind, values: taken as Float64Array, missing }
  }
}

/** The same categories in order of first sight, without those that no row has: equal rows, equal columns. */
function recoded(column: CategoricalColumn): CategoricalColumn {
  const fresh = new Int32Array(column.categories.length).fill(-1)
  const categories: string[] = []
  const values = column.values.map((code) => {
    if (code < 0) return -1
    if (fresh[code]! < 0) {
      fresh[code] = categories.length
      categories.push(column.categories[code]!)
    }
    return fresh[code]!
  })
  return { ...column, values, categories }
}
