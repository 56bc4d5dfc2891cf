import type { Rng } from '../../base/rng.ts'

/** How long to wait between attempts, and when to stop. */
export interface Backoff {
  /** After the first failure. Milliseconds. */
  readonly firstMs: number
  /** Each wait is this many times the one before. */
  readonly factor: number
  /** Never longer. Milliseconds. */
  readonly longestMs: number
  /** Attempts after which nobody tries again. Count. */
  readonly attempts: number
}

/** 5 s, 20 s, 80 s, 5 min, 21 min, 1.4 h, 5.7 h, then every 6 h: fourteen attempts, about two days. */
export const PATIENT: Backoff = { firstMs: 5000, factor: 4, longestMs: 21_600_000, attempts: 14 }

/**
 * Wait after a failed attempt: firstMs · factor^(attempt − 1), at most longestMs, times a random share of .8 to 1.2, so
 * that many messages that failed together do not come back together.
 * @param attempt how many there were, ≥ 1
 * @returns milliseconds; null: no further attempt
 */
export function waitAfter(attempt: number, { firstMs, factor, longestMs, attempts }: Backoff, rng: Rng): number | null {
  if (attempt >= attempts) return null
  const wait = Math.min(longestMs, firstMs * factor ** (attempt - 1))
  return Math.round(wait * (0.8 + 0.4 * rng()))
}
