import { type DuckDBAppender, type DuckDBConnection, DuckDBTimestampValue } from '@duckdb/node-api'
import { Fault } from '../../base/fault.ts'
import type { Column, Frame } from '../../data/frame.ts'
import type { TableFormat } from '../../data/training-layout.ts'
import { openDuckDb, quoteText } from './duck-db.ts'

const SQL_TYPES = { numeric: 'DOUBLE', categorical: 'VARCHAR', boolean: 'BOOLEAN', time: 'TIMESTAMP' } as const

/**
 * Writes a table as one Parquet or CSV file. Missing values are null, or nothing between two commas; columns of whole
 * numbers are written as whole numbers, times as UTC. `readTable` reads the same table back.
 * @throws Fault DATA_INVALID when there is no column or two names differ in case only; FILE_UNREADABLE when it cannot be written
 */
export async function writeFrame(table: Frame, path: string, format: TableFormat): Promise<void> {
  if (table.columns.length === 0)
    throw new Fault('DATA_INVALID', `'${path}' cannot be written: the table has no column`)
  checkNames(table)
  await openDuckDb(async (connection) => {
    const types = table.columns.map(sqlTypeOf)
    // Names never become part of a statement but where the file must bear them, quoted.
    await connection.run(`CREATE TABLE rows (${types.map((type, i) => `c${i} ${type}`).join(', ')})`)
    await append(connection, table, types)
    const named = table.columns.map(({ name }, i) => `c${i} AS ${quoteName(name)}`).join(', ')
    const how = format === 'csv' ? "FORMAT csv, HEADER, DELIMITER ','" : 'FORMAT parquet'
    try {
      await connection.run(`COPY (SELECT ${named} FROM rows) TO ${quoteText(path)} (${how})`)
    } catch (error) {
      const said = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
      throw new Fault('FILE_UNREADABLE', `'${path}' cannot be written: ${said}`, {}, error)
    }
  })
}

/** DuckDB tells names apart without their case. */
function checkNames({ columns }: Frame): void {
  const seen = new Map<string, string>()
  for (const { name } of columns) {
    const other = seen.get(name.toLowerCase())
    if (other !== undefined) {
      throw new Fault('DATA_INVALID', `columns '${other}' and '${name}' differ in case only; rename one, or ignore it`)
    }
    seen.set(name.toLowerCase(), name)
  }
}

type SqlType = (typeof SQL_TYPES)[keyof typeof SQL_TYPES] | 'BIGINT'

/** A script that sees 1.0 where the history has 1 would take classes and codes for measurements. */
function sqlTypeOf(column: Column): SqlType {
  if (column.kind !== 'numeric') return SQL_TYPES[column.kind]
  const isWhole = column.values.every((value, row) => column.missing[row] === 1 || Number.isSafeInteger(value))
  return isWhole && column.missing.includes(0) ? 'BIGINT' : 'DOUBLE'
}

async function append(
  connection: DuckDBConnection,
  { rows, columns }: Frame,
  types: readonly SqlType[],
): Promise<void> {
  const appender = await connection.createAppender('rows')
  const writers = columns.map((column, i) => writerOf(appender, column, types[i] as SqlType))
  for (let row = 0; row < rows; row++) {
    for (const write of writers) write(row)
    appender.endRow()
  }
  appender.closeSync()
}

function writerOf(appender: DuckDBAppender, column: Column, type: SqlType): (row: number) => void {
  const { missing } = column
  const present = presentWriter(appender, column, type)
  return (row) => {
    if (missing[row] === 1) appender.appendNull()
    else present(row)
  }
}

function presentWriter(appender: DuckDBAppender, column: Column, type: SqlType): (row: number) => void {
  switch (column.kind) {
    case 'categorical':
      return (row) => appender.appendVarchar(column.categories[column.values[row] ?? -1] ?? '')
    case 'boolean':
      return (row) => appender.appendBoolean(column.values[row] === 1)
    case 'numeric':
      if (type === 'BIGINT') return (row) => appender.appendBigInt(BigInt(column.values[row] ?? 0))
      return (row) => appender.appendDouble(column.values[row] ?? Number.NaN)
    case 'time':
      return (row) =>
        appender.appendTimestamp(new DuckDBTimestampValue(BigInt(Math.round((column.values[row] ?? 0) * 1000))))
  }
}

/** A column's name as SQL has it. */
function quoteName(name: string): string {
  if (name === '' || name.includes('\0')) {
    throw new Fault('DATA_INVALID', `a column cannot be written under the name ${JSON.stringify(name)}`)
  }
  return `"${name.replaceAll('"', '""')}"`
}
