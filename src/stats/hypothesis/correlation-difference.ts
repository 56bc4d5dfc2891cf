/** A correlation as an estimate. */
export interface EstimatedCorrelation {
  /** In [−1, 1]. */
  readonly correlation: number
  /** Pairs of values it rests on. */
  readonly rows: number
  /** Variance of one row's influence on it, ≥ 0: the variance of the estimate is this over rows. Normal: (1 − r²)². */
  readonly influence: number
}

/** On Fisher's scale ±1 are infinitely far; closer than this nothing can be told. */
const NEAREST_TO_ONE = 1e-6
/** Rows that Fisher's variance 1/(n − 3) has fewer than n. */
const FISHER_LOSS = 3

/**
 * The change of a correlation from which on chance is no explanation.
 *
 * On Fisher's scale ζ = artanh r the change is compared with z √(v₁ + v₂), vᵢ = max(1, influenceᵢ/(1 − rᵢ²)²)/(nᵢ − 3): 1/(n − 3) where the
 * values are normal, more where tails are heavy. The limit is turned back into a change of r from the first
 * correlation, on the side on which the second lies.
 *
 * @param before first correlation, > 3 rows
 * @param now    second correlation, > 3 rows
 * @param z      normal deviate of the chance allowed on either side, ≥ 0
 * @returns least surprising |r₂ − r₁|, in [0, 2); 0 for z = 0
 * @throws RangeError when either has no more than 3 rows
 * @see Fisher 1921; Hampel 1974 (influence)
 */
export function surprisingCorrelation(before: EstimatedCorrelation, now: EstimatedCorrelation, z: number): number {
  const room = z * Math.sqrt(fisherVariance(before) + fisherVariance(now))
  const start = Math.atanh(cut(before.correlation))
  const limit = Math.tanh(now.correlation >= before.correlation ? start + room : start - room)
  return Math.abs(limit - before.correlation)
}

function fisherVariance({ correlation, rows, influence }: EstimatedCorrelation): number {
  if (!(rows > FISHER_LOSS)) throw new RangeError(`a correlation needs more than 3 rows; got ${rows}`)
  const slope = 1 - cut(correlation) ** 2
  return Math.max(1, influence / (slope * slope)) / (rows - FISHER_LOSS)
}

function cut(correlation: number): number {
  return Math.max(-1 + NEAREST_TO_ONE, Math.min(1 - NEAREST_TO_ONE, correlation))
}
