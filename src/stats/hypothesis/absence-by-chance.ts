/**
 * How likely none of k marked rows is among the m of one sample that chance drew from n + m: what a category that is new, or
 * a value that is gone, has to be held against.
 *
 * P = C(n, k)/C(n + m, k) ≤ (n/(n + m))ᵏ, the bound that is given: a little too large, so that what it calls no chance
 * is none.
 *
 * @param marked k ≥ 0 rows, all of them in the other sample
 * @param others n > 0 rows of the other sample
 * @param rows   m > 0 rows of the one that has none
 * @returns probability in (0, 1]; 0 where it is below the smallest number
 * @throws RangeError when a count is out of its domain
 * @see Fisher 1934 (the exact test of a fourfold table)
 */
export function absenceByChance(marked: number, others: number, rows: number): number {
  if (!(marked >= 0 && others > 0 && rows > 0)) {
    throw new RangeError(`marked must be >= 0, the rows of both samples > 0; got ${marked}, ${others} and ${rows}`)
  }
  return (others / (others + rows)) ** marked
}
