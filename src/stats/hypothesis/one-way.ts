import betainc from '@stdlib/math-base-special-betainc'

/** Rows of one group, with the sum of a number over them. */
export interface GroupSum {
  /** Rows, ≥ 0; groups without rows take no part. */
  readonly rows: number
  /** Sum of the values less any one number that all groups share (their mean, for the digits' sake). */
  readonly sum: number
}

export interface OneWay {
  /** Between-group over within-group mean square, ≥ 0; +∞ when every group is constant and they differ. */
  readonly statistic: number
  /** P(F ≥ statistic) when all groups have one mean, in [0, 1]. */
  readonly pValue: number
  /** Share of the variance that the groups explain, without the part that chance explains, in [0, 1]. */
  readonly omegaSquared: number
}

/**
 * One-way analysis of variance, with the debiased correlation ratio.
 *
 * B = Σ sᵢ²/nᵢ − (Σ sᵢ)²/n between k groups, W = Q − Σ sᵢ²/nᵢ within them, F = (B/(k−1)) / (W/(n−k)),
 * ω² = max(0, (B − (k−1) w) / (B + W + w)) with w = W/(n−k). The plain ratio B/(B+W) is about (k−1)/(n−1) on groups
 * that mean nothing; ω² is about 0. F assumes groups of equal spread, which groups that mean nothing have.
 *
 * @param groups  ≥ 0 groups of rows
 * @param squares sum of the squares of all values, ≥ 0, about the same number as the groups' sums
 * @returns null when fewer than two groups have rows, when n ≤ k, or when all values are equal
 * @see Fisher 1925; Hays 1963 (ω²)
 */
export function oneWay(groups: readonly GroupSum[], squares: number): OneWay | null {
  let rows = 0
  let sum = 0
  let explained = 0
  let filled = 0
  for (const group of groups) {
    if (group.rows === 0) continue
    filled++
    rows += group.rows
    sum += group.sum
    explained += (group.sum * group.sum) / group.rows
  }
  if (filled < 2 || rows <= filled) return null
  const total = squares - (sum * sum) / rows
  // Below the rounding of the sums there is no spread to explain.
  if (!(total > squares * Number.EPSILON * rows)) return null
  const between = Math.max(0, explained - (sum * sum) / rows)
  const within = Math.max(0, total - between)
  const spread = within / (rows - filled)
  const statistic = spread === 0 ? Number.POSITIVE_INFINITY : between / (filled - 1) / spread
  const omegaSquared = Math.min(1, Math.max(0, (between - (filled - 1) * spread) / (total + spread)))
  return { statistic, pValue: fTail(statistic, filled - 1, rows - filled), omegaSquared }
}

/**
 * Upper tail of the F distribution: I_x(d₂/2, d₁/2) at x = d₂ / (d₂ + d₁ f), exact also where 1 − P(F ≤ f) has no digits.
 *
 * @param f      ≥ 0, also +∞
 * @param above  numerator degrees of freedom d₁, > 0
 * @param below  denominator degrees of freedom d₂, > 0
 * @returns P(F ≥ f), in [0, 1]
 * @throws RangeError when a parameter is out of its domain
 */
export function fTail(f: number, above: number, below: number): number {
  if (!(f >= 0)) throw new RangeError(`f must be >= 0; got ${f}`)
  if (!(above > 0 && below > 0)) throw new RangeError(`degrees of freedom must be > 0; got ${above} and ${below}`)
  if (f === Number.POSITIVE_INFINITY) return 0
  return betainc(below / (below + above * f), below / 2, above / 2)
}
