import type { DuckDBDataChunk, DuckDBVector } from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import type { Column } from '../../data/frame.ts'
import type { ColumnKind } from '../../data/schema.ts'
import { addCategories, codeAt, startCategories, UNLISTED } from '../../data/sketch/category-sketch.ts'
import type { ColumnSketch } from '../../data/sketch/table-sketch.ts'
import { addValues, binsOf, startValues } from '../../data/sketch/value-sketch.ts'

/** Reads one column of a file, chunk by chunk, into bounded memory. */
export interface ColumnSketcher {
  /** The expressions that its query selects, given the value's own SQL. */
  select(value: string): readonly string[]
  /** Takes in a chunk whose vectors of these expressions begin at `at`, keeping the values of the rows `picked`. */
  add(chunk: DuckDBDataChunk, at: number, picked: readonly number[]): void
  /** Takes in rows of a file that lacks the column, `picked` of which belong to the sample. */
  addMissing(rows: number, picked: number): void
  finish(): { readonly sketch: ColumnSketch; readonly sample: Column }
}

export function columnSketcher(name: string, kind: ColumnKind): ColumnSketcher {
  return kind === 'categorical' ? categorySketcher(name) : numberSketcher(name, kind)
}

/** Bytes of a column's vector, in DuckDB's own memory: valid until the next chunk is fetched. */
function bytesOf(chunk: DuckDBDataChunk, at: number, bytesPerRow: number): Uint8Array {
  return duckdb.vector_get_data(duckdb.data_chunk_get_vector(chunk.chunk, at), chunk.rowCount * bytesPerRow)
}

function numberSketcher(name: string, kind: 'numeric' | 'boolean' | 'time'): ColumnSketcher {
  const values = startValues()
  const sampled: number[] = []
  return {
    // Missing values as NaN: one array to read instead of an array and a mask.
    select: (value) => [`coalesce(CAST(${value} AS DOUBLE), 'NaN'::DOUBLE)`],
    add(chunk, at, picked) {
      const { buffer, byteOffset } = bytesOf(chunk, at, 8)
      const numbers = new Float64Array(buffer, byteOffset, chunk.rowCount)
      addValues(values, numbers, chunk.rowCount)
      for (const row of picked) sampled.push(finiteOrNaN(numbers[row] as number))
    },
    addMissing(rows, picked) {
      values.missing += rows
      for (let i = 0; i < picked; i++) sampled.push(Number.NaN)
    },
    finish() {
      const missing = values.missing + values.infinite
      const base = { name, rows: values.rows + missing, missing }
      const column = { name, missing: Uint8Array.from(sampled, (value) => Number(Number.isNaN(value))) }
      const numbers = Float64Array.from(sampled)
      if (kind === 'boolean') {
        const yes = Math.round(values.mean * values.rows)
        const counts = new Map([
          ['false', values.rows - yes],
          ['true', yes],
        ])
        return { sketch: { ...base, kind, counts, unlisted: 0 }, sample: { ...column, kind, values: flags(numbers) } }
      }
      const sample = { ...column, kind, values: numbers }
      const { mean, m2, min, max } = values
      if (kind === 'time') {
        const [from, to] = values.rows > 0 ? [min, max] : [null, null]
        return { sketch: { ...base, kind, from, to }, sample }
      }
      const moments = { count: values.rows, mean, m2, min, max }
      return { sketch: { ...base, kind, bins: binsOf(values), moments }, sample }
    },
  }
}

function categorySketcher(name: string): ColumnSketcher {
  const categories = startCategories()
  const sampled: number[] = []
  return {
    // The hash tells categories apart at the speed of numbers; the text is there for new ones.
    select: (value) => [`CASE WHEN ${value} IS NULL THEN 0::UBIGINT ELSE hash(${value}) END`, value],
    add(chunk, at, picked) {
      const { buffer, byteOffset } = bytesOf(chunk, at, 8)
      const hashes = new Uint32Array(buffer, byteOffset, 2 * chunk.rowCount)
      // Handing texts over costs more than all else: it is done for chunks that bring a category not seen before.
      let texts: DuckDBVector | undefined
      addCategories(categories, hashes, chunk.rowCount, (row) => {
        texts ??= chunk.getColumnVector(at + 1)
        return String(texts.getItem(row))
      })
      for (const row of picked) sampled.push(codeAt(categories, hashes, row))
    },
    addMissing(rows, picked) {
      categories.missing += rows
      for (let i = 0; i < picked; i++) sampled.push(-1)
    },
    finish() {
      const { texts, unlisted, missing } = categories
      const counts = new Map(texts.map((text, code) => [text, categories.counts[code] as number]))
      const rows = categories.counts.reduce((sum, count) => sum + count, missing + unlisted)
      const listed = sampled.map((code) => (code === UNLISTED ? texts.length : code))
      const sample: Column = {
        kind: 'categorical',
        name,
        values: Int32Array.from(listed),
        missing: Uint8Array.from(listed, (code) => Number(code === -1)),
        categories: unlisted > 0 ? [...texts, '(others)'] : texts,
      }
      return { sketch: { name, kind: 'categorical', rows, missing, counts, unlisted }, sample }
    },
  }
}

function finiteOrNaN(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN
}

function flags(numbers: Float64Array): Uint8Array {
  return Uint8Array.from(numbers, (value) => (value === 1 ? 1 : 0))
}
