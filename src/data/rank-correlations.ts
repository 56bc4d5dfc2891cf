import type { EstimatedCorrelation } from '../stats/hypothesis/correlation-difference.ts'
import { evenlySpaced } from './evenly-spaced.ts'
import type { NumericColumn } from './frame.ts'

export type RankCorrelation = EstimatedCorrelation

/** More rows say nothing new of a correlation: at so many it is known to ±.02. */
const MOST_ROWS = 20_000

/**
 * Spearman's correlation of each pair of columns, from the rows that have both values.
 *
 * Ranks (ties share their mean rank) are taken once a column, over all its values; the correlation is Pearson's of the
 * ranks of the common rows, so with gaps it differs a little from ranking those rows anew. Influence of a row with
 * standardised ranks (u, v): uv − r (u² + v²)/2. Of more than 20,000 rows an even spread is read.
 *
 * @param columns of the same rows
 * @returns pairs (0, 1), (0, 2), … (k − 2, k − 1); null where fewer than 4 rows are common or a column does not vary
 * @see Spearman 1904; Kendall 1945 (ties)
 */
export function rankCorrelations(columns: readonly NumericColumn[]): (RankCorrelation | null)[] {
  const ranks = columns.map(ranksOf)
  return ranks.flatMap((a, i) => ranks.slice(i + 1).map((b) => correlate(a, b)))
}

/** Mid-ranks 1 … n of the values; NaN where there is none. */
function ranksOf({ values, missing }: NumericColumn): Float64Array {
  const picked = evenlySpaced(values.length, MOST_ROWS)
  const rows = picked.length
  const ranks = new Float64Array(rows).fill(Number.NaN)
  const present = new Int32Array(rows)
  let count = 0
  for (let i = 0; i < rows; i++) {
    const row = picked[i]!
    if (missing[row] === 0 && !Number.isNaN(values[row]!)) present[count++] = i
  }
  const at = (i: number) => values[picked[i]!]!
  const order = present.subarray(0, count).sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0))
  for (let from = 0; from < count; ) {
    let to = from + 1
    while (to < count && at(order[to]!) === at(order[from]!)) to++
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + to + 1) / 2
    from = to
  }
  return ranks
}

function correlate(a: Float64Array, b: Float64Array): RankCorrelation | null {
  let rows = 0
  let meanA = 0
  let meanB = 0
  let aa = 0
  let bb = 0
  let ab = 0
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!]
    if (Number.isNaN(x) || Number.isNaN(y)) continue
    rows++
    const stepA = x - meanA
    const stepB = y - meanB
    meanA += stepA / rows
    meanB += stepB / rows
    aa += stepA * (x - meanA)
    bb += stepB * (y - meanB)
    ab += stepA * (y - meanB)
  }
  if (rows < 4 || aa === 0 || bb === 0) return null
  const correlation = Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)))
  let influence = 0
  for (let i = 0; i < a.length; i++) {
    const u = (a[i]! - meanA) / Math.sqrt(aa / rows)
    const v = (b[i]! - meanB) / Math.sqrt(bb / rows)
    if (Number.isNaN(u) || Number.isNaN(v)) continue
    influence += (u * v - (correlation * (u * u + v * v)) / 2) ** 2
  }
  return { correlation, rows, influence: influence / rows }
}
