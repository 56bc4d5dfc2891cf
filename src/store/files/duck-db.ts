import type { DuckDBConnection } from '@duckdb/node-api'
import { DuckDBInstance } from '@duckdb/node-api'
import { Fault } from '../../base/fault.ts'

/** Enough for the scans of this room, which keep no rows inside DuckDB. */
const MEMORY_LIMIT = '1GB'
const THREADS = '2'

/**
 * Runs `work` on a fresh in-memory DuckDB and closes it afterwards.
 * It never downloads an extension, never spills to disk, and reads times as UTC.
 *
 * @returns what `work` returns
 * @throws whatever `work` throws
 */
export async function openDuckDb<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    memory_limit: MEMORY_LIMIT,
    threads: THREADS,
    temp_directory: '',
    preserve_insertion_order: 'true',
  })
  try {
    const connection = await instance.connect()
    try {
      await connection.run("SET TimeZone = 'UTC'")
      return await work(connection)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

/** A text as a SQL literal. @throws Fault DATA_INVALID when it holds a zero character, which SQL cannot carry */
export function quoteText(text: string): string {
  if (text.includes('\0')) {
    throw new Fault('DATA_INVALID', `a name must not hold a zero character; got ${JSON.stringify(text)}`)
  }
  return `'${text.replaceAll("'", "''")}'`
}

/** A path as a SQL literal that names exactly this file: `*`, `?` and `[` in it are taken literally. */
export function quotePath(path: string): string {
  return quoteText(path.replaceAll(/[*?[]/g, (wild) => `[${wild}]`))
}

/** What DuckDB said, as a sentence about `file` without its hints and query text. A `Fault` passes through. */
export function fileFault(error: unknown, file: string): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error
  const said = (error.message.split('\n')[0] ?? '').trim()
  if (error instanceof RangeError || said.startsWith('Out of Memory')) {
    return new Fault('FILE_UNREADABLE', `'${file}' does not fit in memory; read fewer columns or split it`, {}, error)
  }
  return new Fault('FILE_UNREADABLE', `'${file}' cannot be read: ${said}`, {}, error)
}

/** The rows of a query as objects. For small results only. */
export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> {
  const reader = await connection.runAndReadAll(sql)
  return reader.getRowObjectsJS()
}
