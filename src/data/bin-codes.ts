import { binFinder } from '../stats/histogram.ts'
import type { Column, Frame } from './frame.ts'
import { binCount, type ColumnLayout, coarseGroup, columnFor, type ProfileLayout } from './profile-layout.ts'

/** The bin of each row. The last bin, `bins` − 1, holds the missing rows. */
export interface BinnedColumn {
  readonly codes: Uint16Array
  readonly bins: number
}

/**
 * Bins one column's rows from ≤ i < to. Categories are matched by their text, so frames that number them in another
 * order agree; a number that is NaN counts as missing.
 *
 * @param column of the same kind as `layout`
 */
export function binColumn(column: Column, layout: ColumnLayout, from: number, to: number): BinnedColumn {
  const missingBin = binCount(layout)
  const codes = new Uint16Array(to - from)
  if (layout.kind === 'categorical' && column.kind === 'categorical') {
    const other = layout.binOf.size
    const binOfCode = column.categories.map((text) => layout.binOf.get(text) ?? other)
    for (let row = from; row < to; row++) {
      codes[row - from] = column.missing[row] === 1 ? missingBin : (binOfCode[column.values[row]!] ?? missingBin)
    }
  } else if (layout.kind === 'numeric') {
    const { values, missing } = column
    const find = binFinder(layout.edges)
    for (let row = from; row < to; row++) {
      const value = values[row]!
      codes[row - from] = missing[row] === 1 || Number.isNaN(value) ? missingBin : find(value)
    }
  } else {
    for (let row = from; row < to; row++) {
      codes[row - from] = column.missing[row] === 1 ? missingBin : column.values[row]!
    }
  }
  return { codes, bins: missingBin + 1 }
}

/**
 * The coarse bin of each row and column: the bins of `coarseCounts`, at most 10 per number. What small learners read.
 *
 * @throws Fault COLUMN_UNKNOWN when a column of the layout is not in the frame; DATA_INVALID when its kind differs
 */
export function coarseCodes(source: Frame, layout: ProfileLayout, from = 0, to = source.rows): BinnedColumn[] {
  return layout.columns.map((columnLayout) => {
    const binned = binColumn(columnFor(source, columnLayout), columnLayout, from, to)
    const group = columnLayout.kind === 'numeric' ? coarseGroup(binned.bins - 1) : 1
    if (group === 1) return binned
    const missingBin = Math.ceil((binned.bins - 1) / group)
    const codes = binned.codes.map((code) => (code === binned.bins - 1 ? missingBin : Math.floor(code / group)))
    return { codes, bins: missingBin + 1 }
  })
}
