import type { DuckDBConnection } from '@duckdb/node-api'
import type { Frame } from '../../data/frame.ts'
import { frame } from '../../data/frame.ts'
import { columnBuilder } from './column-builder.ts'
import { streamInto, valueSql } from './load-columns.ts'
import { typedCell } from './typed-cell.ts'

/** Parameters of a query, by place or by name. */
export type QueryParameters = Parameters<DuckDBConnection['stream']>[1]

/**
 * The rows of a query as a frame: numbers numeric, BOOLEAN boolean, dates and times time, all else categorical.
 * NaN and ±∞ become missing.
 *
 * @param sql one SELECT, without a semicolon
 * @throws Error of DuckDB; the query is ours, so its failure is no user's fault
 */
export async function readQuery(
  connection: DuckDBConnection,
  sql: string,
  parameters?: QueryParameters,
): Promise<Frame> {
  const described = await connection.runAndReadAll(`SELECT * FROM (${sql}) LIMIT 0`, parameters)
  const names = described.columnNames()
  const cells = described.columnTypes().map((type, i) => typedCell(`c${i}`, type))
  const kinds = cells.map((cell) => cell.settled ?? 'numeric')
  const builders = names.map((name, i) => columnBuilder(name, kinds[i] ?? 'numeric', 0))
  const values = cells.map((cell, i) =>
    valueSql(cell, { kind: kinds[i] ?? 'numeric', isForced: false, numberUnitMs: 1 }),
  )
  const columns = names.map((_, i) => `c${i}`)
  await streamInto(
    connection,
    `SELECT ${values.join(', ')} FROM (${sql}) AS t(${columns.join(', ')})`,
    builders,
    parameters,
  )
  return frame(builders.map((builder) => builder.build()))
}
