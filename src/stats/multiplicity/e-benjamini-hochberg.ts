/**
 * Rejects hypotheses by e-values so that at most a share alpha of the rejected ones is expected to be true, whatever the
 * dependence between them.
 *
 * Rejects the k largest, k = max{i : e₍ᵢ₎ ≥ m/(α·i)}, e₍₁₎ the largest.
 *
 * @param eValues m ≥ 0 numbers ≥ 0, +∞ allowed; each of mean ≤ 1 where its hypothesis is true
 * @param alpha   false discovery rate, in (0, 1)
 * @returns whether each is rejected, in the order given; equal e-values share their fate
 * @throws RangeError when a precondition above fails
 * @see Wang & Ramdas 2022, J. R. Statist. Soc. B 84
 */
export function eBenjaminiHochberg(eValues: ArrayLike<number>, alpha: number): boolean[] {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must be in (0, 1); got ${alpha}`)
  const m = eValues.length
  for (let i = 0; i < m; i++)
    if (!(eValues[i]! >= 0)) throw new RangeError(`e-value ${i} must be >= 0; got ${eValues[i]}`)
  const sorted = Float64Array.from(eValues).sort().reverse()
  let least = Infinity
  for (let i = 0; i < m; i++) {
    if (sorted[i]! >= m / (alpha * (i + 1))) least = sorted[i]!
  }
  return Array.from({ length: m }, (_, i) => eValues[i]! >= least)
}
