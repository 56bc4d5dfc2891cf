import { normalTails, studentTails } from './tails.ts'

/** Sums of a number over the rows of one sample. */
export interface SampleSums {
  /** ≥ 2. */
  readonly rows: number
  readonly sum: number
  readonly squares: number
}

export interface RiseResult {
  /** Standard errors by which the rise exceeds the trifle; ±∞ for two constants. */
  readonly statistic: number
  /** One-sided, in [0, 1]: the chance of such a rise when the true one is the trifle. */
  readonly pValue: number
}

/**
 * Whether a mean rose by more than a trifle.
 *
 * t = (x̄₂ − x̄₁ − δ) / e, Student with Welch's degrees of freedom; e² is the larger of s₁²/n₁ + s₂²/n₂ and s²(1/n₁ + 1/n₂)
 * with s² of both samples around their own means. Losses are skewed: the mean of few rows is too low exactly when their
 * spread is, so that their own s alone would call many later rows a rise (31 % instead of 5 % at 50 rows against 300).
 * Shares (numbers 0 and 1) instead have one success and one failure added to each sample, and the normal distribution.
 *
 * @param samples before, now; `trifle` δ, finite; `isShare` when all numbers are 0 or 1
 * @returns statistic and p-value; a rise of exactly the trifle without spread is no rise
 * @throws RangeError when a sample has fewer than 2 rows
 * @see Welch 1947; Agresti & Caffo 2000, Amer. Statist. 54
 */
export function riseBeyond(samples: {
  readonly before: SampleSums
  readonly now: SampleSums
  readonly trifle: number
  readonly isShare: boolean
}): RiseResult {
  const { before, now, trifle, isShare } = samples
  const [a, b] = isShare ? [shareOf(before), shareOf(now)] : [meanOf(before), meanOf(now)]
  const excess = b.mean - a.mean - trifle
  const pooled = (a.error * before.rows ** 2 + b.error * now.rows ** 2) / (before.rows + now.rows)
  const error = Math.sqrt(Math.max(a.error + b.error, pooled * (1 / before.rows + 1 / now.rows)))
  if (error === 0) {
    // Without spread the sums are exact but for rounding.
    const isRise = excess > 1e-12 * Math.max(1, Math.abs(b.mean))
    return isRise ? { statistic: Number.POSITIVE_INFINITY, pValue: 0 } : { statistic: 0, pValue: 1 }
  }
  const statistic = excess / error
  const freedom = (a.error + b.error) ** 2 / (a.error ** 2 / (before.rows - 1) + b.error ** 2 / (now.rows - 1))
  const both = isShare ? normalTails(statistic) : studentTails(statistic, freedom)
  return { statistic, pValue: statistic > 0 ? both / 2 : 1 - both / 2 }
}

function meanOf({ rows, sum, squares }: SampleSums) {
  requireRows(rows)
  const mean = sum / rows
  return { mean, error: Math.max(0, squares - sum * mean) / (rows - 1) / rows }
}

function shareOf({ rows, sum }: SampleSums) {
  requireRows(rows)
  const mean = (sum + 1) / (rows + 2)
  return { mean, error: (mean * (1 - mean)) / (rows + 2) }
}

function requireRows(rows: number): void {
  if (!(rows >= 2)) throw new RangeError(`a rise needs at least 2 rows a side; got ${rows}`)
}
