import type { Column, Frame } from '../data/frame.ts'

/** The same rows in memory that threads share: handing them to a worker copies nothing. */
export function sharedFrame({ rows, columns }: Frame): Frame {
  return { rows, columns: columns.map(sharedColumn) }
}

function sharedColumn(column: Column): Column {
  const missing = sharedBytes(column.missing)
  switch (column.kind) {
    case 'categorical':
      return { ...column, values: sharedCodes(column.values), missing }
    case 'boolean':
      return { ...column, values: sharedBytes(column.values), missing }
    case 'numeric':
    case 'time':
      return { ...column, values: sharedFloats(column.values), missing }
  }
}

function sharedCodes(values: Int32Array): Int32Array {
  if (values.buffer instanceof SharedArrayBuffer) return values
  const shared = new Int32Array(new SharedArrayBuffer(values.byteLength))
  shared.set(values)
  return shared
}

function sharedBytes(values: Uint8Array): Uint8Array {
  if (values.buffer instanceof SharedArrayBuffer) return values
  const shared = new Uint8Array(new SharedArrayBuffer(values.byteLength))
  shared.set(values)
  return shared
}

/** Numbers in memory that threads share. */
export function sharedFloats(values: Float64Array): Float64Array {
  if (values.buffer instanceof SharedArrayBuffer) return values
  const shared = new Float64Array(new SharedArrayBuffer(values.byteLength))
  shared.set(values)
  return shared
}
