import type { DuckDBConnection } from '@duckdb/node-api'
import { unreachable } from '../../base/assert.ts'
import { Fault } from '../../base/fault.ts'
import { openCsv } from './csv-part.ts'
import { openJsonLines } from './json-lines-part.ts'
import { locateFiles } from './locate-files.ts'
import { openParquet } from './parquet-part.ts'
import type { Part, PartInput } from './part.ts'
import { shown } from './part.ts'

/** Files seen as one table: their columns united by name, their rows one file after the other. */
export interface OpenTable {
  readonly pattern: string
  readonly parts: readonly Part[]
  /** In order of first sight. */
  readonly names: readonly string[]
  readonly rows: number
  readonly notes: readonly string[]
}

export interface TableInput {
  readonly connection: DuckDBConnection
  readonly pattern: string
  readonly scratch: () => Promise<string>
  readonly sampleRows: number | undefined
}

/**
 * Opens all files of a pattern.
 *
 * @throws Fault FILE_MISSING, FILE_UNREADABLE or DATA_INVALID, each naming the file
 */
export async function openTable({ connection, pattern, scratch, sampleRows }: TableInput): Promise<OpenTable> {
  const parts: Part[] = []
  for (const file of await locateFiles(connection, pattern)) {
    parts.push(await openPart({ connection, file, scratch, sampleRows }))
  }
  const names = [...new Set(parts.flatMap((part) => part.columns.map(({ name }) => name)))]
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  if (names.length === 0) throw new Fault('DATA_INVALID', `'${pattern}' has no columns`)
  if (rows === 0) throw new Fault('DATA_INVALID', `'${pattern}' has columns (${shown(names[0])}, …) but no rows`)
  return { pattern, parts, names, rows, notes: [...parts.flatMap((part) => part.notes), ...unionNotes(parts, names)] }
}

function openPart(input: PartInput): Promise<Part> {
  const { format } = input.file
  switch (format) {
    case 'csv':
    case 'tsv':
      return openCsv(input)
    case 'json-lines':
      return openJsonLines(input)
    case 'parquet':
      return openParquet(input)
    default:
      return unreachable(format)
  }
}

/** @throws Fault DATA_INVALID when two files have nothing in common */
function unionNotes(parts: readonly Part[], names: readonly string[]): string[] {
  const [first, ...others] = parts
  const ofFirst = new Set(first?.columns.map(({ name }) => name))
  for (const part of others) {
    if (part.columns.some(({ name }) => ofFirst.has(name))) continue
    throw new Fault(
      'DATA_INVALID',
      `'${part.path}' has no column in common with '${first?.path}'; read them one by one`,
    )
  }
  const columnsOf = parts.map((part) => new Set(part.columns.map(({ name }) => name)))
  return names.flatMap((name) => {
    const without = parts.filter((_, i) => !columnsOf[i]?.has(name))
    if (without.length === 0) return []
    return [
      `${without.length} of ${parts.length} files, the first is '${without[0]?.path}', have no column ${shown(name)}; it was read as missing there`,
    ]
  })
}
