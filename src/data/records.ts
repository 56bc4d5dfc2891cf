import { Fault } from '../base/fault.ts'
import { type Column, type Frame, frame } from './frame.ts'
import type { ColumnSchema, Schema } from './schema.ts'

/** One row by column name; a name left out, or null, is missing. */
export type Row = Readonly<Record<string, string | number | boolean | null>>

/**
 * Rows that somebody wrote down by name as columns of a schema.
 *
 * @param where what they are rows of, for messages
 * @throws Fault CONFIG_INVALID when a name is no column, or a value does not fit its column
 */
export function frameOfRows(rows: readonly Row[], schema: Schema, where: string): Frame {
  const names = new Set(schema.map(({ name }) => name))
  for (const [at, row] of rows.entries()) {
    const unknown = Object.keys(row).find((name) => !names.has(name))
    if (unknown === undefined) continue
    const there = [...names].slice(0, 20).join(', ')
    throw new Fault(
      'CONFIG_INVALID',
      `${where}: row ${at + 1} names '${unknown}', which is no feature; there are: ${there}`,
    )
  }
  return frame(schema.map((column) => columnOf(rows, column, where)))
}

function columnOf(rows: readonly Row[], { name, kind }: ColumnSchema, where: string): Column {
  const cells = rows.map((row) => (Object.hasOwn(row, name) ? (row[name] ?? null) : null))
  const missing = Uint8Array.from(cells, (cell) => (cell === null ? 1 : 0))
  const wrong = (at: number, wanted: string) =>
    new Fault('CONFIG_INVALID', `${where}: '${name}' of row ${at + 1} must be ${wanted}; got '${cells[at]}'`)
  switch (kind) {
    case 'categorical': {
      const categories = [...new Set(cells.flatMap((cell) => (cell === null ? [] : String(cell))))]
      const values = Int32Array.from(cells, (cell) => (cell === null ? -1 : categories.indexOf(String(cell))))
      return { kind, name, values, missing, categories }
    }
    case 'boolean': {
      const values = Uint8Array.from(cells, (cell, at) => {
        if (cell !== null && typeof cell !== 'boolean') throw wrong(at, 'true or false')
        return cell === true ? 1 : 0
      })
      return { kind, name, values, missing }
    }
    case 'numeric':
    case 'time': {
      const values = Float64Array.from(cells, (cell, at) => {
        if (cell !== null && typeof cell !== 'number') throw wrong(at, 'a number')
        return cell ?? Number.NaN
      })
      return { kind, name, values, missing }
    }
  }
}
