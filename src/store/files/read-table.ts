import type { DuckDBConnection } from '@duckdb/node-api'
import { Fault } from '../../base/fault.ts'
import type { Frame } from '../../data/frame.ts'
import { findColumn, frame } from '../../data/frame.ts'
import type { ColumnKind, ColumnSchema } from '../../data/schema.ts'
import { shapeCode, shapeSql } from './cell.ts'
import { oddNote } from './column-plan.ts'
import { fileFault, openDuckDb } from './duck-db.ts'
import { firstWhere, valueSql } from './load-columns.ts'
import { count, loadTable } from './load-table.ts'
import type { OpenTable } from './open-table.ts'
import { openTable } from './open-table.ts'
import { MAX_BROKEN_SHARE, shareOf } from './part.ts'
import type { PlannedColumn } from './plan-table.ts'
import { planTable } from './plan-table.ts'
import { withScratch } from './scratch.ts'
import { inTimeOrder } from './time-order.ts'

export interface ReadTableOptions {
  /** Read these columns as this kind, whatever they look like. */
  readonly kinds?: Readonly<Record<string, ColumnKind>>
  /** The column that orders the rows: ISO 8601 times, or numbers such as a year or a row index. */
  readonly timeColumn?: string
  /** Read only these columns and the time column. */
  readonly columns?: readonly string[]
}

export interface ReadTable {
  /** Columns in file order; rows in time order, or in file order without a time column. */
  readonly frame: Frame
  readonly files: readonly string[]
  /** Every repair in one plain sentence. */
  readonly notes: readonly string[]
}

export interface TableDescription {
  readonly columns: readonly ColumnSchema[]
  readonly files: readonly string[]
}

/** Rows of a text file that `describeTable` looks at. */
const SAMPLE_ROWS = 10_000

/**
 * Reads CSV, TSV, Parquet or JSON Lines files, or a glob of them, as one table.
 *
 * Numbers become numeric, truth values boolean, ISO 8601 texts and typed times time, all else categorical; a column
 * of a text file is what all its values are. NaN and ±∞ become missing. Broken rows, values that do not fit a kind
 * asked for and rows without a time are left out with a note up to 5 %, and refused above.
 *
 * @param pattern a path, or a glob; a file of exactly this name wins
 * @returns at least one row
 * @throws Fault FILE_MISSING, FILE_UNREADABLE, DATA_INVALID or COLUMN_UNKNOWN
 */
export function readTable(pattern: string, options: ReadTableOptions = {}): Promise<ReadTable> {
  return withTable(pattern, undefined, async (connection, table) => {
    const planned = await planTable(connection, table, options)
    const notes = [...table.notes, ...planned.flatMap(({ plan }) => plan.notes)]
    for (const { plan } of planned) {
      if (plan.oddShapes === undefined) continue
      const { usual } = plan.oddShapes
      const odd = await firstWhere(
        connection,
        table.parts,
        plan.name,
        (cell) =>
          `${cell.text} IS NOT NULL AND ${shapeSql(cell)} <> ${shapeCode(usual)} AND ${shapeSql(cell)} <> ${shapeCode('blank')}`,
      )
      notes.push(oddNote(plan.name, plan.oddShapes, odd ?? 'unknown'))
    }
    const loaded = await loadTable(connection, table, planned)
    notes.push(...loaded.notes)
    const ordered = await ordering(connection, table, { whole: frame(loaded.columns), planned, options })
    return {
      frame: ordered.frame,
      files: table.parts.map(({ path }) => path),
      notes: [...notes, ...ordered.notes],
    }
  })
}

/**
 * The columns of the files a pattern names, and their kinds. Parquet tells them without reading rows; of text files
 * the first 10,000 rows are looked at, so `readTable` may still find a later value that makes a column categorical.
 *
 * @throws Fault as `readTable`, as far as the beginning of the files shows
 */
export function describeTable(
  pattern: string,
  options: Omit<ReadTableOptions, 'columns'> = {},
): Promise<TableDescription> {
  return withTable(pattern, SAMPLE_ROWS, async (connection, table) => {
    const planned = await planTable(connection, table, options)
    const columns = planned.map(({ plan: { name, kind } }) => ({ name, kind }))
    return { columns, files: table.parts.map(({ path }) => path) }
  })
}

/** Opens the files of a pattern, hands them to `work`, and cleans up. */
export function withTable<T>(
  pattern: string,
  sampleRows: number | undefined,
  work: (connection: DuckDBConnection, table: OpenTable) => Promise<T>,
): Promise<T> {
  return withScratch((scratch) =>
    openDuckDb(async (connection) => {
      try {
        return await work(connection, await openTable({ connection, pattern, scratch, sampleRows }))
      } catch (error) {
        if (error instanceof RangeError) throw fileFault(error, pattern)
        throw error
      }
    }),
  )
}

interface OrderingInput {
  readonly whole: Frame
  readonly planned: readonly PlannedColumn[]
  readonly options: ReadTableOptions
}

async function ordering(
  connection: DuckDBConnection,
  table: OpenTable,
  { whole, planned, options: { timeColumn } }: OrderingInput,
): Promise<{ frame: Frame; notes: string[] }> {
  const time = timeColumn === undefined ? undefined : findColumn(whole, timeColumn)
  const plan = planned.find((column) => column.plan.name === timeColumn)?.plan
  if (plan === undefined || (time?.kind !== 'time' && time?.kind !== 'numeric')) return { frame: whole, notes: [] }
  const notes: string[] = []
  const lost = count(time.missing)
  if (lost > 0) {
    const example = await firstWhere(connection, table.parts, plan.name, (cell) => {
      const value = valueSql(cell, plan)
      return `${value} IS NULL OR NOT isfinite(${value})`
    })
    const counted = `${shareOf(lost, whole.rows)} rows have no time that can be read in column '${plan.name}', the first is ${example ?? 'missing'}`
    if (lost > MAX_BROKEN_SHARE * whole.rows) {
      throw new Fault(
        'DATA_INVALID',
        `${counted}; at most ${100 * MAX_BROKEN_SHARE} % may be dropped. A time is written as in ISO 8601 (2011-01-31, 2011-01-31T09, 2011-01-31T09:30:00Z), or is a number`,
      )
    }
    notes.push(`${counted}; they were dropped`)
  }
  const ordered = inTimeOrder(whole, time)
  if (ordered.firstOutOfOrder >= 0) {
    notes.push(
      `the rows were not in order of '${plan.name}' (row ${ordered.firstOutOfOrder + 1} is earlier than one before it); they were sorted`,
    )
  }
  return { frame: ordered.frame, notes }
}
