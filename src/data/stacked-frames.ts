import { assert } from '../base/assert.ts'
import { type Column, type Frame, frame } from './frame.ts'
import type { Schema } from './schema.ts'

/**
 * Frames of one schema below each other, in their order; categories are matched by their text.
 * @param schema names and kinds that each of them has, in this order
 * @throws BrokenInvariant when one has another schema
 */
export function stackedFrames(frames: readonly Frame[], schema: Schema): Frame {
  const rows = frames.reduce((sum, part) => sum + part.rows, 0)
  return frame(
    schema.map(({ name, kind }, at) => {
      const parts = frames.map((part) => {
        const column = part.columns[at]
        assert(column?.name === name && column.kind === kind, `column ${at} is not '${name}', ${kind}`)
        return column
      })
      return stackedColumn(parts, { name, kind }, rows)
    }),
  )
}

function stackedColumn(parts: readonly Column[], { name, kind }: Schema[number], rows: number): Column {
  const missing = new Uint8Array(rows)
  fill(missing, parts, (part) => part.missing)
  switch (kind) {
    case 'categorical': {
      const codeOf = new Map<string, number>()
      const values = new Int32Array(rows)
      fill(values, parts, (part) => recoded(part, codeOf))
      return { name, kind, values, missing, categories: [...codeOf.keys()] }
    }
    case 'boolean': {
      const values = new Uint8Array(rows)
      fill(values, parts, (part) => part.values)
      return { name, kind, values, missing }
    }
    case 'numeric':
    case 'time': {
      const values = new Float64Array(rows)
      fill(values, parts, (part) => part.values)
      return { name, kind, values, missing }
    }
  }
}

function fill<T extends Uint8Array | Int32Array | Float64Array>(
  into: T,
  parts: readonly Column[],
  of: (part: Column) => ArrayLike<number>,
): void {
  let at = 0
  for (const part of parts) {
    const values = of(part)
    into.set(values, at)
    at += values.length
  }
}

function recoded(part: Column, codeOf: Map<string, number>): Int32Array {
  if (part.kind !== 'categorical') return new Int32Array(part.values.length).fill(-1)
  const codes = part.categories.map(() => -1)
  return part.values.map((code) => {
    if (code < 0) return -1
    const known = codes[code]!
    if (known >= 0) return known
    const text = part.categories[code]!
    const next = codeOf.get(text) ?? codeOf.size
    codeOf.set(text, next)
    codes[code] = next
    return next
  })
}
