import type { DuckDBConnection } from '@duckdb/node-api'
import { Fault } from '../../base/fault.ts'
import type { Column } from '../../data/frame.ts'
import { shapeCode, shapeSql } from './cell.ts'
import type { ColumnBuilder } from './column-builder.ts'
import { columnBuilder } from './column-builder.ts'
import { firstWhere, loadPart, valueSql } from './load-columns.ts'
import type { OpenTable } from './open-table.ts'
import { MAX_BROKEN_SHARE, shareOf } from './part.ts'
import type { PlannedColumn } from './plan-table.ts'

export interface LoadedTable {
  readonly columns: readonly Column[]
  readonly notes: readonly string[]
}

/**
 * Reads the planned columns of all files, one file after the other.
 *
 * @throws Fault DATA_INVALID when more than 5 % of a column's values cannot be read as the kind that was asked for
 */
export async function loadTable(
  connection: DuckDBConnection,
  table: OpenTable,
  planned: readonly PlannedColumn[],
): Promise<LoadedTable> {
  const plans = planned.map(({ plan }) => plan)
  const builders = plans.map(({ name, kind }) => columnBuilder(name, kind, table.rows))
  for (const part of table.parts) await loadPart(connection, part, plans, builders)
  const columns: Column[] = []
  const notes: string[] = []
  for (const [i, builder] of builders.entries()) {
    const column = builder.build()
    const plannedColumn = planned[i] as PlannedColumn
    columns.push(column)
    const missing = count(column.missing)
    if (plannedColumn.plan.isForced)
      notes.push(...(await lossNotes(connection, table, plannedColumn, { builder, missing })))
    notes.push(...emptinessNotes(column, missing, builder))
  }
  return { columns, notes }
}

/** What a column that was asked to be of a kind has lost: values that cannot be read so. */
async function lossNotes(
  connection: DuckDBConnection,
  table: OpenTable,
  { plan, tally }: PlannedColumn,
  { builder, missing }: { builder: ColumnBuilder; missing: number },
): Promise<string[]> {
  if (plan.kind === 'categorical') return []
  const { counts } = tally
  const lost = missing - counts.missing - counts.blank - builder.notFinite.nan - builder.notFinite.infinite
  if (lost <= 0) return []
  const values = counts.number + counts.flag + counts.moment + counts.word + counts.nested
  const example = await firstWhere(
    connection,
    table.parts,
    plan.name,
    (cell) =>
      `${cell.text} IS NOT NULL AND ${shapeSql(cell)} <> ${shapeCode('blank')} AND ${valueSql(cell, plan)} IS NULL`,
  )
  const counted = `${shareOf(lost, values)} values of column '${plan.name}' cannot be read as ${plan.kind}, the first is ${example}`
  if (lost > MAX_BROKEN_SHARE * values) {
    throw new Fault('DATA_INVALID', `${counted}; at most ${100 * MAX_BROKEN_SHARE} % may be unreadable`)
  }
  return [`${counted}; they were read as missing`]
}

function emptinessNotes(column: Column, missing: number, { notFinite }: ColumnBuilder): string[] {
  const notes: string[] = []
  if (notFinite.nan > 0) notes.push(`${notFinite.nan} NaN of column '${column.name}' were read as missing`)
  if (notFinite.infinite > 0) {
    notes.push(`${notFinite.infinite} infinite values of column '${column.name}' were read as missing`)
  }
  if (missing === column.missing.length) {
    notes.push(`column '${column.name}' has no values; it was read as ${column.kind}, all missing`)
  }
  return notes
}

export function count(mask: Uint8Array): number {
  let ones = 0
  for (const bit of mask) ones += bit
  return ones
}
