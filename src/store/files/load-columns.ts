import type { DuckDBConnection } from '@duckdb/node-api'
import { unreachable } from '../../base/assert.ts'
import { Fault } from '../../base/fault.ts'
import type { ColumnKind } from '../../data/schema.ts'
import type { Cell } from './cell.ts'
import { forcedFlag, forcedMoment, forcedNumber } from './cell.ts'
import type { ColumnBuilder } from './column-builder.ts'
import type { ColumnPlan } from './column-plan.ts'
import { fileFault, rowsOf } from './duck-db.ts'
import type { Part } from './part.ts'
import { shown } from './part.ts'

/** The SQL value of a cell read as its plan says. */
export function valueSql(cell: Cell, plan: Pick<ColumnPlan, 'kind' | 'isForced' | 'numberUnitMs'>): string {
  return plan.isForced ? forcedValue(cell, plan.kind, plan.numberUnitMs) : plainValue(cell, plan.kind)
}

function plainValue(cell: Cell, kind: ColumnKind): string {
  switch (kind) {
    case 'numeric':
      return cell.number
    case 'boolean':
      return cell.flag
    case 'time':
      return cell.moment
    case 'categorical':
      return cell.text
    default:
      return unreachable(kind)
  }
}

function forcedValue(cell: Cell, kind: ColumnKind, numberUnitMs: number): string {
  switch (kind) {
    case 'numeric':
      return forcedNumber(cell)
    case 'boolean':
      return forcedFlag(cell)
    case 'time':
      return forcedMoment(cell, numberUnitMs)
    case 'categorical':
      return cell.text
    default:
      return unreachable(kind)
  }
}

/** Streams the rows of one file into `builders`, chunk by chunk. A plan without a cell here gets missing values. */
export async function loadPart(
  connection: DuckDBConnection,
  part: Part,
  plans: readonly ColumnPlan[],
  builders: readonly ColumnBuilder[],
): Promise<number> {
  const here = plans.map((plan) => part.columns.find((column) => column.name === plan.name)?.cell)
  const values = plans.flatMap((plan, i) => {
    const cell = here[i]
    return cell === undefined ? [] : [valueSql(cell, plan)]
  })
  const present = builders.filter((_, i) => here[i] !== undefined)
  try {
    const rows =
      values.length === 0
        ? part.rows
        : await streamInto(connection, `SELECT ${values.join(', ')} FROM ${part.from}`, present)
    if (rows !== part.rows) {
      const seen = `it had ${part.rows} rows, then ${rows}`
      throw new Fault('FILE_UNREADABLE', `'${part.path}' changed while it was read: ${seen}; try again`)
    }
    builders.forEach((builder, i) => {
      if (here[i] === undefined) builder.appendMissing(rows)
    })
    return rows
  } catch (error) {
    throw fileFault(error, part.path)
  }
}

/** Appends the i-th column of a query to the i-th builder. Returns the number of rows. */
export async function streamInto(
  connection: DuckDBConnection,
  sql: string,
  builders: readonly ColumnBuilder[],
  parameters?: Parameters<DuckDBConnection['stream']>[1],
): Promise<number> {
  const result = await connection.stream(sql, parameters)
  let rows = 0
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return rows
    builders.forEach((builder, i) => {
      builder.append(chunk.getColumnVector(i), chunk.rowCount)
    })
    rows += chunk.rowCount
  }
}

/** The first value for which `condition` holds, as «'x' (row 12 of 'a.csv')». Undefined when there is none. */
export async function firstWhere(
  connection: DuckDBConnection,
  parts: readonly Part[],
  name: string,
  condition: (cell: Cell) => string,
): Promise<string | undefined> {
  for (const part of parts) {
    const cell = part.columns.find((column) => column.name === name)?.cell
    if (cell === undefined) continue
    try {
      const [found] = await rowsOf(
        connection,
        `SELECT k::DOUBLE AS k, t FROM (SELECT row_number() OVER () AS k, ${cell.text} AS t, ${condition(cell)} AS bad FROM ${part.from}) WHERE bad LIMIT 1`,
      )
      if (found !== undefined)
        return `${found['t'] === null ? 'missing' : shown(found['t'])} (row ${found['k']} of '${part.path}')`
    } catch (error) {
      throw fileFault(error, part.path)
    }
  }
  return undefined
}
