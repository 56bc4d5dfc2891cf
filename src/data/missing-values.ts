/** Rows of a column, and how many of them have no value. Both profiles and raw counts have these. */
interface Gaps {
  readonly rows: number
  readonly missing: number
}

/** How much more of a column may be missing before it matters. */
export interface GapLimits {
  /** Largest multiple of the reference's missing share, ≥ 1. */
  readonly maxRatio: number
  /** Rise over the reference that is always allowed: a share in [0, 1]. */
  readonly maxRise: number
}

export interface MissingRise {
  /** Missing share now, in [0, 1]. */
  readonly observed: number
  /** Missing share of the reference, in [0, 1]. */
  readonly before: number
  /** Largest share that is no more than a trifle: the larger of maxRatio · before and before + maxRise. */
  readonly limit: number
  /** Rows that `observed` rests on. */
  readonly rows: number
}

/**
 * How much of a column is missing, before and now. Sampling error is not in it: that is for the reader to add.
 *
 * @param before the reference, ≥ 1 rows
 * @param now    the rows looked at, ≥ 1
 */
export function missingRise(before: Gaps, now: Gaps, { maxRatio, maxRise }: GapLimits): MissingRise {
  const share = before.missing / before.rows
  return {
    observed: now.missing / now.rows,
    before: share,
    limit: Math.max(maxRatio * share, share + maxRise),
    rows: now.rows,
  }
}
