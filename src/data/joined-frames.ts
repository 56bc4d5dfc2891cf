import { assert } from '../base/assert.ts'
import { type Column, type Frame, findColumn, frame } from './frame.ts'

/**
 * Frames with the same columns below each other, copied; categories are matched by their text.
 *
 * @param parts at least one; all with the names and kinds of the first, in any order
 * @throws BrokenInvariant where a part lacks a column, or has it as another kind
 */
export function joinFrames(parts: readonly Frame[]): Frame {
  const [first] = parts
  assert(first !== undefined, 'there is no frame to join')
  if (parts.length === 1) return first
  return frame(
    first.columns.map(({ name, kind }) => {
      const columns = parts.map((part) => {
        const column = findColumn(part, name)
        assert(
          column?.kind === kind,
          `column '${name}' is ${column?.kind ?? 'absent'} in one part and ${kind} in another`,
        )
        return column
      })
      return joinColumns(columns)
    }),
  )
}

function joinColumns(columns: readonly Column[]): Column {
  const [first] = columns
  assert(first !== undefined, 'there is no column to join')
  const rows = columns.reduce((sum, column) => sum + column.values.length, 0)
  const missing = filled(
    columns.map((column) => column.missing),
    new Uint8Array(rows),
  )
  const { name } = first
  if (first.kind === 'categorical') return joinCategories(name, columns, missing)
  const values = columns.map((column) => column.values)
  if (first.kind === 'boolean') return { name, kind: first.kind, missing, values: filled(values, new Uint8Array(rows)) }
  return { name, kind: first.kind, missing, values: filled(values, new Float64Array(rows)) }
}

function joinCategories(name: string, columns: readonly Column[], missing: Uint8Array): Column {
  const codeOf = new Map<string, number>()
  const values = new Int32Array(missing.length)
  let at = 0
  for (const column of columns) {
    if (column.kind !== 'categorical') continue
    for (const text of column.categories) if (!codeOf.has(text)) codeOf.set(text, codeOf.size)
    const recoded = column.categories.map((text) => codeOf.get(text)!)
    for (const code of column.values) values[at++] = code < 0 ? code : recoded[code]!
  }
  return { name, kind: 'categorical', missing, values, categories: [...codeOf.keys()] }
}

function filled<T extends Float64Array | Uint8Array>(parts: readonly ArrayLike<number>[], into: T): T {
  let at = 0
  for (const part of parts) {
    into.set(part, at)
    at += part.length
  }
  return into
}
