import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { Fault } from '../../base/fault.ts'
import { quoteText, rowsOf } from './duck-db.ts'

export const FILE_FORMATS = ['csv', 'tsv', 'parquet', 'json-lines'] as const
export type FileFormat = (typeof FILE_FORMATS)[number]

/** A file as it was asked for, where it is, and what its name says it holds. */
export interface LocatedFile {
  /** As in the pattern: for messages. */
  readonly path: string
  readonly absolute: string
  readonly format: FileFormat
}

const FORMAT_OF_EXTENSION: ReadonlyMap<string, FileFormat> = new Map([
  ['.csv', 'csv'],
  ['.csv.gz', 'csv'],
  ['.tsv', 'tsv'],
  ['.tsv.gz', 'tsv'],
  ['.parquet', 'parquet'],
  ['.jsonl', 'json-lines'],
  ['.jsonl.gz', 'json-lines'],
  ['.ndjson', 'json-lines'],
  ['.ndjson.gz', 'json-lines'],
])

/**
 * The files a pattern names, part-2 before part-10. A file called exactly like the pattern wins over its meaning as
 * a glob (`*`, `**`, `?`, `[ab]`).
 *
 * @returns at least one file
 * @throws Fault FILE_MISSING when nothing is there, FILE_UNREADABLE for a directory, a device or an unknown extension
 */
export async function locateFiles(connection: DuckDBConnection, pattern: string): Promise<readonly LocatedFile[]> {
  if (pattern.trim() === '') throw new Fault('FILE_MISSING', 'the path of the data is empty; give a file or a glob')
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(pattern)?.[1]
  if (scheme !== undefined) {
    throw new Fault('FILE_UNREADABLE', `only local files are read; got '${pattern}' (${scheme}); download it first`)
  }
  const found = await statOf(pattern)
  if (found !== undefined) return [located(pattern, found)]
  if (!/[*?[]/.test(pattern)) throw new Fault('FILE_MISSING', `there is no file '${pattern}'`)
  const matches: LocatedFile[] = []
  for (const path of await globbed(connection, pattern)) {
    const entry = await statOf(path)
    if (entry !== undefined && !entry.isDirectory()) matches.push(located(path, entry))
  }
  if (matches.length === 0) throw new Fault('FILE_MISSING', `no file matches '${pattern}'`)
  return matches
}

async function globbed(connection: DuckDBConnection, pattern: string): Promise<string[]> {
  const rows = await rowsOf(connection, `SELECT file FROM glob(${quoteText(pattern)})`)
  const byNumber = new Intl.Collator('en', { numeric: true })
  return rows.map((row) => String(row['file'])).sort((a, b) => byNumber.compare(a, b) || (a < b ? -1 : 1))
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new Fault('FILE_UNREADABLE', `${JSON.stringify(path)} cannot be opened: ${code}`, {}, error)
  }
}

function located(path: string, entry: Stats): LocatedFile {
  if (entry.isDirectory()) {
    throw new Fault(
      'FILE_UNREADABLE',
      `'${path}' is a directory; name its files, as in '${path.replace(/\/+$/, '')}/*.csv'`,
    )
  }
  if (!entry.isFile()) throw new Fault('FILE_UNREADABLE', `'${path}' is not a regular file`)
  const format = formatOf(path)
  if (format === undefined) {
    const allowed = [...FORMAT_OF_EXTENSION.keys()].join(', ')
    throw new Fault('FILE_UNREADABLE', `the name of '${path}' does not say what it holds; it must end in ${allowed}`)
  }
  if (entry.size === 0) throw new Fault('DATA_INVALID', `'${path}' is empty`)
  return { path, absolute: resolve(path), format }
}

function formatOf(path: string): FileFormat | undefined {
  const name = path.toLowerCase()
  const extension = /\.[a-z]+(\.gz)?$/.exec(name)?.[0]
  return extension === undefined ? undefined : FORMAT_OF_EXTENSION.get(extension)
}
