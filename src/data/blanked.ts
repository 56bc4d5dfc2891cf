import { type Column, type Frame, frame } from './frame.ts'

/** The same rows with column `name` missing in all of them; a frame without such a column comes back as it is. */
export function blanked(source: Frame, name: string): Frame {
  if (!source.columns.some((column) => column.name === name)) return source
  return frame(source.columns.map((column) => (column.name === name ? withoutValues(column) : column)))
}

function withoutValues(column: Column): Column {
  const missing = new Uint8Array(column.missing.length).fill(1)
  switch (column.kind) {
    case 'categorical':
      return { ...column, values: new Int32Array(missing.length).fill(-1), missing }
    case 'boolean':
      return { ...column, values: new Uint8Array(missing.length), missing }
    case 'numeric':
    case 'time':
      return { ...column, values: new Float64Array(missing.length).fill(Number.NaN), missing }
  }
}
