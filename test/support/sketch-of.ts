import type { Column, Frame } from '../../src/data/frame.ts'
import { addCategories, startCategories } from '../../src/data/sketch/category-sketch.ts'
import type { ColumnSketch, TableSketch } from '../../src/data/sketch/table-sketch.ts'
import { addValues, binsOf, startValues } from '../../src/data/sketch/value-sketch.ts'

/** The sketch of rows in memory, as the reader of files makes it; all rows are the sample. */
export function sketchOf(source: Frame): TableSketch {
  return { rows: source.rows, columns: source.columns.map(columnSketch), sample: source }
}

function columnSketch(column: Column): ColumnSketch {
  const { name, missing } = column
  const rows = missing.length
  const gaps = missing.reduce((sum, gap) => sum + gap, 0)
  switch (column.kind) {
    case 'time':
      return { name, rows, missing: gaps, kind: 'time', from: null, to: null }
    case 'numeric': {
      const sketch = startValues()
      addValues(sketch, column.values, rows)
      const { mean, m2, min, max, rows: count } = sketch
      return {
        name,
        rows,
        missing: gaps,
        kind: 'numeric',
        bins: binsOf(sketch),
        moments: { count, mean, m2, min, max },
      }
    }
    default: {
      const texts = column.kind === 'boolean' ? ['false', 'true'] : column.categories
      const sketch = startCategories()
      const hashes = new Uint32Array(2 * rows)
      for (const [row, value] of column.values.entries()) if (missing[row] === 0) hashes[2 * row] = value + 1
      addCategories(sketch, hashes, rows, (row) => texts[column.values[row]!]!)
      const counts = new Map(sketch.texts.map((text, code) => [text, sketch.counts[code]!]))
      return { name, rows, missing: gaps, kind: column.kind, counts, unlisted: sketch.unlisted }
    }
  }
}
