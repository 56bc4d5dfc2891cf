/**
 * Rows spread evenly over all, where more would cost time and say nothing new: row ⌊i · rows/count⌋, i = 0 … count − 1.
 *
 * @param rows of the source, integer ≥ 0
 * @param most that are wanted, integer ≥ 1
 * @returns min(rows, most) different rows, increasing
 */
export function evenlySpaced(rows: number, most: number): Int32Array {
  const count = Math.min(rows, most)
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count))
}
