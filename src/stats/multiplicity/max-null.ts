/** Distances between pairs that differ by nothing but chance, row-major: pair p, feature f at p · features + f. */
export interface NullDistances {
  readonly distances: Float64Array
  readonly features: number
}

export interface MaxNull {
  /** Median distance of each feature over the pairs, in its unit; 0 where a feature stands still in most pairs. */
  readonly scale: Float64Array
  /** What a distance divided by its scale must exceed: > 0; Infinity where no feature has a scale. */
  readonly limit: number
}

/**
 * One limit for many features at once, from pairs without a change: the null of the largest scaled distance.
 *
 * scale_f = median over pairs of D_pf; M_p = max over f of D_pf/scale_f; limit = the ⌈share·(P + 1)⌉-th smallest M_p (the
 * largest where there are too few pairs). A further pair of the same kind exceeds it in any feature with probability
 * ≤ max(1 − share, 1/(P + 1)), however the features depend on one another. Features with scale 0 take no part: a
 * rare jump of one that stands still would set the limit of all others.
 *
 * @param nulls P ≥ 1 pairs of F ≥ 1 features, each distance finite and ≥ 0
 * @param share of pairs below the limit, in (0, 1)
 * @throws RangeError when a precondition above fails
 * @see Westfall & Young 1993 (max-statistic resampling)
 */
export function maxNull(nulls: NullDistances, share: number): MaxNull {
  const { distances, features } = nulls
  if (!(share > 0 && share < 1)) throw new RangeError(`share must be in (0, 1); got ${share}`)
  const pairs = distances.length / features
  if (!Number.isInteger(features) || features < 1 || !Number.isInteger(pairs) || pairs < 1) {
    throw new RangeError(`distances must be pairs x features; got ${distances.length} for ${features} features`)
  }
  for (const d of distances)
    if (!(d >= 0 && d < Infinity)) throw new RangeError(`distances must be finite and >= 0; got ${d}`)
  const scale = new Float64Array(features)
  const column = new Float64Array(pairs)
  for (let f = 0; f < features; f++) {
    for (let p = 0; p < pairs; p++) column[p] = distances[p * features + f]!
    scale[f] = median(column)
  }
  if (scale.every((s) => s === 0)) return { scale, limit: Infinity }
  const largest = new Float64Array(pairs)
  for (let p = 0; p < pairs; p++) {
    for (let f = 0; f < features; f++) {
      if (scale[f]! > 0) largest[p] = Math.max(largest[p]!, distances[p * features + f]! / scale[f]!)
    }
  }
  largest.sort()
  return { scale, limit: largest[Math.min(pairs, Math.ceil(share * (pairs + 1))) - 1]! }
}

function median(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
