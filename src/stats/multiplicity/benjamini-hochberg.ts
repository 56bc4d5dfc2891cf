export interface FalseDiscoveries {
  /** One adjusted p-value a hypothesis, in the order given, in [0, 1]: the smallest q at which it is rejected. */
  readonly adjusted: Float64Array
  readonly rejected: readonly boolean[]
}

/**
 * Rejects hypotheses so that at most a share q of the rejected ones is expected to be true.
 *
 * Rejects the k smallest p-values, k = max{i : p₍ᵢ₎ ≤ q·i/m}; adjusted p₍ᵢ₎ = min over j ≥ i of m·p₍ⱼ₎/j. Holds for
 * independent and for positively dependent tests; for any dependence use e-values (`eBenjaminiHochberg`).
 *
 * @param pValues m ≥ 0 numbers in [0, 1]
 * @param q       false discovery rate, in (0, 1)
 * @returns adjusted p-values and rejections in the order given; equal p-values share their fate
 * @throws RangeError when a precondition above fails
 * @see Benjamini & Hochberg 1995, J. R. Statist. Soc. B 57
 */
export function benjaminiHochberg(pValues: ArrayLike<number>, q: number): FalseDiscoveries {
  if (!(q > 0 && q < 1)) throw new RangeError(`q must be in (0, 1); got ${q}`)
  const m = pValues.length
  for (let i = 0; i < m; i++) {
    if (!(pValues[i]! >= 0 && pValues[i]! <= 1))
      throw new RangeError(`p-value ${i} must be in [0, 1]; got ${pValues[i]}`)
  }
  const order = Array.from({ length: m }, (_, i) => i).sort((a, b) => pValues[b]! - pValues[a]!)
  const adjusted = new Float64Array(m)
  const rejected = new Array<boolean>(m).fill(false)
  let least = 1
  let isBelow = false
  for (const [at, i] of order.entries()) {
    const rank = m - at
    least = Math.min(least, pValues[i]! * (m / rank))
    isBelow ||= pValues[i]! <= (q * rank) / m
    adjusted[i] = least
    rejected[i] = isBelow
  }
  return { adjusted, rejected }
}
