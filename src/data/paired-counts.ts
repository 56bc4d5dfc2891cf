import { rowsByCategory } from './category-counts.ts'
import type { CategoricalColumn } from './frame.ts'
import type { ColumnProfile } from './profile.ts'

/** Rows per bin of two samples on the same bins. */
export interface PairedCounts {
  readonly before: Float64Array
  readonly now: Float64Array
}

/** Rows that a bin must expect in the smaller sample, for a test that rests on normal errors. */
const ENOUGH = 5
const GROUPS = 10
const CATEGORIES = 199

/**
 * Bins of two profiles for a test of whether they are samples of one distribution: neighbouring bins of a number joined
 * to at most 10, fewer when there are few values, and the missing rows, which join the last bin where they are few.
 *
 * A number's bins hold equal numbers of reference rows. Pooling sparse ones by their size would then pool those that the
 * new rows left empty, and call chance a difference; how many neighbours are joined here depends on the totals alone.
 *
 * @param before on the same layout as `now`
 */
export function pairedBins(before: ColumnProfile, now: ColumnProfile): PairedCounts {
  const bins = before.counts.length
  const values = Math.min(before.rows - before.missing, now.rows - now.missing)
  const most = before.kind === 'numeric' ? Math.max(1, Math.min(GROUPS, Math.floor(values / (2 * ENOUGH)))) : bins
  const groups = Math.min(bins, most)
  const missing = before.missing + now.missing
  const isMissingApart = missing * Math.min(before.rows, now.rows) >= ENOUGH * (before.rows + now.rows)
  const joined = (column: ColumnProfile) => {
    const counts = new Float64Array(groups + (isMissingApart ? 1 : 0))
    for (let bin = 0; bin < bins; bin++) counts[Math.floor((bin * groups) / bins)]! += column.counts[bin]!
    counts[counts.length - 1]! += column.missing
    return counts
  }
  return { before: joined(before), now: joined(now) }
}

/**
 * The same of two categorical columns: the 199 most frequent categories of both samples together, the others, and the
 * rows without a category. A list of the reference's own most frequent categories would not do: chance brought some of
 * them there, and they are rarer in any other sample.
 */
export function pairedCategories(before: CategoricalColumn, now: CategoricalColumn): PairedCounts {
  const [old, current] = [rowsByCategory(before), rowsByCategory(now)]
  const total = (text: string) => (old.get(text) ?? 0) + (current.get(text) ?? 0)
  const texts = [...new Set([...old.keys(), ...current.keys()])]
  // Ties by the text, which says nothing of the sample; by first sight the reference's would come first.
  texts.sort((a, b) => total(b) - total(a) || (a < b ? -1 : 1))
  const binOf = new Map(texts.slice(0, CATEGORIES).map((text, bin) => [text, bin]))
  const counted = (counts: ReadonlyMap<string, number>, rows: number) => {
    const bins = new Float64Array(binOf.size + 2)
    let missing = rows
    for (const [text, count] of counts) {
      bins[binOf.get(text) ?? binOf.size]! += count
      missing -= count
    }
    bins[bins.length - 1] = missing
    return bins
  }
  return { before: counted(old, before.values.length), now: counted(current, now.values.length) }
}
