import type { DuckDBConnection } from '@duckdb/node-api'
import { Fault } from '../../base/fault.ts'
import type { Progress } from '../../base/progress.ts'
import { frame } from '../../data/frame.ts'
import { type RowSampler, rowSampler } from '../../data/sketch/row-sampler.ts'
import type { TableSketch } from '../../data/sketch/table-sketch.ts'
import type { ColumnPlan } from './column-plan.ts'
import { type ColumnSketcher, columnSketcher } from './column-sketcher.ts'
import { fileFault } from './duck-db.ts'
import { valueSql } from './load-columns.ts'
import type { Part } from './part.ts'
import { planTable } from './plan-table.ts'
import { type ReadTableOptions, withTable } from './read-table.ts'

export interface SketchedTable {
  readonly sketch: TableSketch
  readonly files: readonly string[]
  /** Every repair in one plain sentence. */
  readonly notes: readonly string[]
}

interface Reading {
  readonly connection: DuckDBConnection
  readonly plans: readonly ColumnPlan[]
  readonly sketchers: readonly ColumnSketcher[]
  readonly sampler: RowSampler
  /** Told how many more rows were read. */
  readonly onRows: (rows: number) => void
}

/**
 * Reads CSV, TSV, Parquet or JSON Lines files once, into memory that does not grow with their rows. Columns are read as
 * `readTable` reads them; infinities count as missing.
 *
 * @throws Fault FILE_MISSING, FILE_UNREADABLE, DATA_INVALID or COLUMN_UNKNOWN
 */
export function sketchTable(
  pattern: string,
  options: ReadTableOptions = {},
  onProgress?: Progress,
): Promise<SketchedTable> {
  return withTable(pattern, undefined, async (connection, table) => {
    const planned = await planTable(connection, table, { ...options, isRoundingFine: true })
    const plans = planned.map(({ plan }) => plan)
    const sketchers = plans.map(({ name, kind }) => columnSketcher(name, kind))
    let rows = 0
    const onRows = (more: number) => {
      rows += more
      onProgress?.(`reading ${pattern}`, rows, table.rows)
    }
    // A query that streams stops whenever this is full, and one chunk of a wide table fills the default.
    await connection.run("SET streaming_buffer_size = '64MB'")
    const reading = { connection, plans, sketchers, sampler: rowSampler(table.rows), onRows }
    for (const part of table.parts) await sketchPart(reading, part)
    const finished = sketchers.map((sketcher) => sketcher.finish())
    return {
      sketch: {
        rows,
        columns: finished.map(({ sketch }) => sketch),
        sample: frame(finished.map(({ sample }) => sample)),
      },
      files: table.parts.map(({ path }) => path),
      notes: [...table.notes, ...planned.flatMap(({ plan }) => plan.notes)],
    }
  })
}

async function sketchPart(reading: Reading, part: Part): Promise<void> {
  const { plans, sketchers, sampler, onRows } = reading
  const expressions: string[] = []
  const present: { readonly sketcher: ColumnSketcher; readonly at: number }[] = []
  const absent: ColumnSketcher[] = []
  for (const [i, plan] of plans.entries()) {
    const sketcher = sketchers[i] as ColumnSketcher
    const cell = part.columns.find((column) => column.name === plan.name)?.cell
    if (cell === undefined) absent.push(sketcher)
    else {
      present.push({ sketcher, at: expressions.length })
      expressions.push(...sketcher.select(valueSql(cell, plan)))
    }
  }
  let rows = 0
  const take = (count: number, add: (picked: readonly number[]) => void) => {
    const picked = sampler.next(count)
    add(picked)
    for (const sketcher of absent) sketcher.addMissing(count, picked.length)
    rows += count
    onRows(count)
  }
  if (expressions.length === 0) return take(part.rows, () => {})
  try {
    const result = await reading.connection.stream(`SELECT ${expressions.join(', ')} FROM ${part.from}`)
    // The next chunk is made while this one is read.
    let next = result.fetchChunk()
    for (;;) {
      const chunk = await next
      if (chunk === null || chunk.rowCount === 0) break
      next = result.fetchChunk()
      take(chunk.rowCount, (picked) => {
        for (const { sketcher, at } of present) sketcher.add(chunk, at, picked)
      })
    }
  } catch (error) {
    throw fileFault(error, part.path)
  }
  if (rows !== part.rows) {
    const seen = `it had ${part.rows} rows, then ${rows}`
    throw new Fault('FILE_UNREADABLE', `'${part.path}' changed while it was read: ${seen}; try again`)
  }
}
