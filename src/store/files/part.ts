import type { DuckDBConnection } from '@duckdb/node-api'
import { Fault } from '../../base/fault.ts'
import type { Cell } from './cell.ts'
import type { LocatedFile } from './locate-files.ts'

/** One file, ready to be selected from. */
export interface Part {
  readonly path: string
  /** What stands behind FROM; its rows keep the order of the file. */
  readonly from: string
  /** Rows that can be read; a guess where only a sample was looked at. */
  readonly rows: number
  readonly columns: readonly PartColumn[]
  /** Every repair, one sentence each. */
  readonly notes: readonly string[]
}

export interface PartColumn {
  readonly name: string
  readonly cell: Cell
}

/** What opening a file needs. */
export interface PartInput {
  readonly connection: DuckDBConnection
  readonly file: LocatedFile
  readonly scratch: () => Promise<string>
  /** Look at this many rows only; undefined: at all. */
  readonly sampleRows: number | undefined
}

/** Share of a file's rows that may be dropped as broken, or of a column's values read as missing, with a note. */
export const MAX_BROKEN_SHARE = 0.05

/** Of a text file, where a sample of its rows is enough. */
export const SAMPLE_BYTES = 4_194_304

/** More than a table of features has; each costs a scan its own state. */
const MAX_COLUMNS = 2_000

/**
 * Gives every column a name of its own: an empty one is called by its place, a second `a` becomes `a_2`.
 *
 * @throws Fault DATA_INVALID above MAX_COLUMNS
 */
export function distinctNames(path: string, raw: readonly string[]): { names: string[]; notes: string[] } {
  if (raw.length > MAX_COLUMNS) {
    throw new Fault('DATA_INVALID', `'${path}' has ${raw.length} columns; at most ${MAX_COLUMNS} are read`)
  }
  const used = new Set(raw.map((name) => name.trim()))
  const given = new Set<string>()
  const notes: string[] = []
  const free = (wanted: string) => {
    let name = wanted
    for (let k = 2; used.has(name) || given.has(name); k++) name = `${wanted}_${k}`
    return name
  }
  const names = raw.map((spaced, i) => {
    const wanted = spaced.trim()
    const isNew = wanted !== '' && !given.has(wanted)
    const name = isNew ? wanted : free(wanted === '' ? `column_${i + 1}` : wanted)
    if (!isNew) {
      const why = wanted === '' ? 'has no name' : `is also called '${wanted}'`
      notes.push(`column ${i + 1} of '${path}' ${why}; it was read as '${name}'`)
    }
    given.add(name)
    return name
  })
  return { names, notes }
}

/** «12 of 300 (4 %)». */
export function shareOf(count: number, of: number): string {
  const percent = (100 * count) / of
  return `${count} of ${of} (${percent >= 1 ? percent.toFixed(0) : percent.toPrecision(1)} %)`
}

/** A value in a message: in quotes, on one line, not longer than a line. */
export function shown(value: unknown): string {
  const text = JSON.stringify(String(value)).slice(1, -1)
  return `'${text.length > 60 ? `${text.slice(0, 57)}…` : text}'`
}
