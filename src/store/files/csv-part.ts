import type { DuckDBConnection } from '@duckdb/node-api'
import { Fault } from '../../base/fault.ts'
import { textCell } from './cell.ts'
import type { CsvLayout } from './csv-layout.ts'
import { csvLayout } from './csv-layout.ts'
import { fileFault, quotePath, quoteText, rowsOf } from './duck-db.ts'
import type { Part, PartInput } from './part.ts'
import { distinctNames, MAX_BROKEN_SHARE, SAMPLE_BYTES, shareOf, shown } from './part.ts'
import type { TextFile } from './text-file.ts'
import { openTextFile } from './text-file.ts'

const MAX_LINE_BYTES = 2_000_000

/**
 * Opens a delimited text file. Every column is read as text, so that a late word among numbers breaks nothing.
 * Rows with too many or too few fields, or with a broken quote, are left out.
 *
 * @throws Fault DATA_INVALID when more than 5 % of the rows are broken
 */
export async function openCsv({ connection, file, scratch, sampleRows }: PartInput): Promise<Part> {
  const text = await openTextFile(file, scratch, sampleRows === undefined ? undefined : SAMPLE_BYTES)
  const layout = csvLayout(file.path, file.format, text.head)
  const { names, notes: nameNotes } = distinctNames(file.path, layout.header)
  const notes = [...text.notes, ...nameNotes]
  const scan = scanSql(text, layout, names.length)
  const columns = names.map((name, i) => ({ name, cell: textCell(`c${i}`, layout.delimiter === ';') }))
  if (sampleRows !== undefined) {
    const from = `(SELECT * FROM ${scan(KEEP_GOING)} LIMIT ${sampleRows})`
    return { path: file.path, from, rows: sampleRows, columns, notes }
  }
  try {
    const from = scan(KEEP_GOING)
    const [counted] = await rowsOf(connection, `SELECT count(*)::DOUBLE AS n FROM ${from}`)
    const rows = Number(counted?.['n'])
    const rejects = await rowsOf(connection, REJECTS)
    await connection.run('DROP TABLE rejects')
    await connection.run('DROP TABLE reject_scans')
    const headerLines = 1 + layout.spacedLines + lineEndsIn(layout.header)
    const expected = text.lines - headerLines - (names.length > 1 ? text.emptyLines : 0)
    const surplus = expected - rows
    const lost = surplus > 0 ? surplus - (await quotedLineEnds(connection, from, names.length)) : 0
    notes.push(...judgeRejects(file.path, { rows, lost: Math.max(lost, rejects.length), rejects }))
    return { path: file.path, from: rejects.length === 0 ? scan('ignore_errors=false') : from, rows, columns, notes }
  } catch (error) {
    throw fileFault(error, file.path)
  }
}

/** Without a table of rejects, DuckDB 1.5 silently ends a file at the first broken quote. */
const KEEP_GOING = "ignore_errors=true, store_rejects=true, rejects_table='rejects', rejects_scan='reject_scans'"

const REJECTS = `
  SELECT line::DOUBLE AS line, min(error_type)::VARCHAR AS kind, max(error_message) AS said, max(csv_line[:80]) AS content
  FROM rejects GROUP BY line ORDER BY line`

function scanSql(text: TextFile, layout: CsvLayout, columns: number): (errors: string) => string {
  const names = Array.from({ length: columns }, (_, i) => `c${i}: 'VARCHAR'`)
  return (errors) => `read_csv(${quotePath(text.path)}, auto_detect=false, header=true, null_padding=false,
    hive_partitioning=false, filename=false, delim=${quoteText(layout.delimiter)}, quote='"', escape='"',
    skip=${layout.blankLines}, compression='${text.isGzip ? 'gzip' : 'none'}', max_line_size=${MAX_LINE_BYTES},
    columns={${names.join(', ')}}, ${errors})`
}

function lineEndsIn(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)
}

/** Line ends inside quoted values: lines of the file that are no rows of their own. */
async function quotedLineEnds(connection: DuckDBConnection, from: string, columns: number): Promise<number> {
  const ends = Array.from({ length: columns }, (_, i) => {
    const unified = `replace(replace(c${i}, chr(13) || chr(10), chr(10)), chr(13), chr(10))`
    return `coalesce(sum(length(${unified}) - length(replace(${unified}, chr(10), ''))), 0)`
  })
  const [found] = await rowsOf(connection, `SELECT (${ends.join(' + ')})::DOUBLE AS n FROM ${from}`)
  return Number(found?.['n'])
}

interface Rejects {
  readonly rows: number
  /** Lines that are part of no row. */
  readonly lost: number
  readonly rejects: readonly Record<string, unknown>[]
}

/** A quote that never closes is one reject, but all lines behind it are lost; so lines are counted, not rejects. */
function judgeRejects(path: string, { rows, lost, rejects }: Rejects): string[] {
  if (lost === 0) return []
  const counted = `${shareOf(lost, rows + lost)} lines of '${path}' are broken${exampleOf(rejects[0])}`
  if (lost > MAX_BROKEN_SHARE * (rows + lost)) {
    throw new Fault('DATA_INVALID', `${counted}; at most ${100 * MAX_BROKEN_SHARE} % may be`)
  }
  return [`${counted}; they were left out`]
}

function exampleOf(reject: Readonly<Record<string, unknown>> | undefined): string {
  if (reject === undefined) return ''
  const fields = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(String(reject['said']))
  const isLong = String(reject['kind']).startsWith('LINE SIZE')
  const why =
    fields !== null
      ? `${fields[2]} fields, the header has ${fields[1]}`
      : isLong
        ? `longer than ${MAX_LINE_BYTES / 1e6} MB`
        : 'its quotes do not match'
  return ` (the first is line ${reject['line']}, ${shown(reject['content'])}: ${why})`
}
