/** One-sided 95 % point of the standard normal: how far a sum of paired differences must lie from zero. */
const Z_ONE_SIDED_95 = 1.64

/**
 * Sums of paired loss differences on the same rows, d = a − b; rows where either is NaN (no label) are left out.
 *
 * @param a losses of one version, one a row
 * @param b losses of the other, same rows
 * @returns Σd, Σd² and the number of rows counted
 */
export function pairedSums(a: Float64Array, b: Float64Array): { sum: number; sumSquares: number; rows: number } {
  let sum = 0
  let sumSquares = 0
  let rows = 0
  for (let i = 0; i < a.length; i++) {
    const d = a[i]! - b[i]!
    if (Number.isNaN(d)) continue
    sum += d
    sumSquares += d * d
    rows++
  }
  return { sum, sumSquares, rows }
}

/**
 * Whether b beats a clearly: Σd > 1.64 √(Σd² + 1). The 1 keeps a handful of rows from deciding.
 * A screen for cheap, reversible steps (reinstating, returning), not a promotion test: it reads rows as independent.
 *
 * @see docs/deciding.md §2
 */
export function clearlyBetter(pair: { readonly sum: number; readonly sumSquares: number }): boolean {
  return pair.sum > clearSum(pair)
}

/**
 * The sum of differences above which `clearlyBetter` holds: 1.64 √(Σd² + 1).
 *
 * @param pair sums of paired loss differences
 * @returns limit of Σd, > 0; in loss summed over rows
 */
export function clearSum({ sumSquares }: { readonly sumSquares: number }): number {
  return Z_ONE_SIDED_95 * Math.sqrt(sumSquares + 1)
}
