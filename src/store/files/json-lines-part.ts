import { Fault } from '../../base/fault.ts'
import type { Cell } from './cell.ts'
import { isOneOf, momentOfText, restShape, shapeCode } from './cell.ts'
import { fileFault, quotePath, quoteText, rowsOf } from './duck-db.ts'
import type { Part, PartInput } from './part.ts'
import { distinctNames, MAX_BROKEN_SHARE, SAMPLE_BYTES, shareOf, shown } from './part.ts'
import { openTextFile } from './text-file.ts'

const MAX_LINE_BYTES = 16_777_216

/**
 * Opens a file with one JSON object a line. Columns are the keys of all objects in order of first sight; a key that
 * a line lacks, and null, are missing. Lines that hold no object are left out.
 *
 * @throws Fault DATA_INVALID when more than 5 % of the lines are broken
 */
export async function openJsonLines({ connection, file, scratch, sampleRows }: PartInput): Promise<Part> {
  const text = await openTextFile(file, scratch, sampleRows === undefined ? undefined : SAMPLE_BYTES)
  const scan = `read_csv(${quotePath(text.path)}, auto_detect=false, header=false, strict_mode=false, delim='', quote='', escape='',
    hive_partitioning=false, filename=false, compression='${text.isGzip ? 'gzip' : 'none'}',
    max_line_size=${MAX_LINE_BYTES}, buffer_size=${2 * MAX_LINE_BYTES}, columns={line: 'VARCHAR'})`
  const lines = sampleRows === undefined ? scan : `(SELECT * FROM ${scan} LIMIT ${sampleRows})`
  try {
    const groups = await rowsOf(
      connection,
      `SELECT keys, count(*)::DOUBLE AS n, min(k)::DOUBLE AS k, min_by(line[:80], k) AS line
       FROM (SELECT row_number() OVER () AS k, line, CASE WHEN ${IS_OBJECT} THEN json_keys(line) END AS keys FROM ${lines})
       WHERE line IS NOT NULL GROUP BY keys ORDER BY k`,
    )
    const notes = [...text.notes, ...judgeBroken(file.path, groups)]
    const keys = keysOf(groups)
    notes.push(...distinctNames(file.path, keys).notes)
    const { names } = distinctNames(file.path, keys)
    const rows = groups.reduce((sum, group) => sum + (group['keys'] === null ? 0 : Number(group['n'])), 0)
    const paths = keys.map((key) => quoteText(`/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`))
    const from = `(SELECT json_extract(line, [${paths.join(', ')}]) AS l FROM ${lines} WHERE line IS NOT NULL AND ${IS_OBJECT})`
    const columns = names.map((name, i) => ({ name, cell: jsonCell(`l[${i + 1}]`) }))
    return { path: file.path, from, rows, columns, notes }
  } catch (error) {
    throw fileFault(error, file.path)
  }
}

const IS_OBJECT = `CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END`

function keysOf(groups: readonly Record<string, unknown>[]): string[] {
  const keys = new Set<string>()
  for (const { keys: found } of groups) if (Array.isArray(found)) for (const key of found) keys.add(String(key))
  return [...keys]
}

function judgeBroken(path: string, groups: readonly Record<string, unknown>[]): string[] {
  const all = groups.reduce((sum, group) => sum + Number(group['n']), 0)
  const broken = groups.find((group) => group['keys'] === null)
  if (broken === undefined) return []
  const count = Number(broken['n'])
  const counted = `${shareOf(count, all)} lines of '${path}' hold no JSON object (the first is line ${broken['k']}, ${shown(broken['line'])})`
  if (count > MAX_BROKEN_SHARE * all) {
    throw new Fault('DATA_INVALID', `${counted}; at most ${100 * MAX_BROKEN_SHARE} % may be broken`)
  }
  return [`${counted}; they were left out`]
}

/** The cell of a JSON value: its own type tells what it is, except that a text may be a time. */
function jsonCell(value: string): Cell {
  const text = `(${value} ->> '$')`
  const type = `json_type(${value})`
  const time = momentOfText(text)
  const shapeOf = (x: string, d: string) => `CASE WHEN ${x} IS NULL THEN ${shapeCode('missing')}
    WHEN ${d} IS NOT NULL THEN ${shapeCode('number')}
    WHEN ${type} = 'BOOLEAN' THEN ${shapeCode('flag')}
    WHEN ${isOneOf(type, ['OBJECT', 'ARRAY'])} THEN ${shapeCode('nested')} ${restShape(x)} END`
  return {
    text,
    number: `CASE WHEN ${isOneOf(type, ['UBIGINT', 'BIGINT', 'UHUGEINT', 'HUGEINT', 'DOUBLE'])} THEN TRY_CAST(${text} AS DOUBLE) END`,
    flag: `CASE WHEN ${type} = 'BOOLEAN' THEN ${text} = 'true' END`,
    moment: `CASE WHEN ${type} = 'VARCHAR' THEN ${time} END`,
    shapeOf,
    whole: `NOT regexp_matches(${text}, '[.eE]')`,
  }
}
