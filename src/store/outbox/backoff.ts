import type { Rng } from '../../base/rng.ts'
import { MS_PER_DAY } from '../../base/units.ts'

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
  /** A message that was written so long ago is tried once more at most: it must not hold up all that came after it. Milliseconds. */
  readonly oldestMs: number
}

/**
 * 5 s, 20 s, 80 s, 5 min, 21 min, 1.4 h, 5.7 h, then every 6 h: fourteen attempts, about two days. Those that waited in
 * line behind a target that is gone are not tried for two days each.
 */
export const PATIENT: Backoff = {
  firstMs: 5000,
  factor: 4,
  longestMs: 21_600_000,
  attempts: 14,
  oldestMs: 3 * MS_PER_DAY,
}

/**
 * Wait after a failed attempt: firstMs · factor^(attempt − 1), at most longestMs, times a random share of .8 to 1.2, so
 * that many messages that failed together do not come back together.
 * @param tried how many attempts there were, ≥ 1, and how old the message is, in milliseconds
 * @returns milliseconds; null: no further attempt
 */
export function waitAfter(
  { attempt, ageMs }: { readonly attempt: number; readonly ageMs: number },
  { firstMs, factor, longestMs, attempts, oldestMs }: Backoff,
  rng: Rng,
): number | null {
  if (attempt >= attempts || ageMs >= oldestMs) return null
  const wait = Math.min(longestMs, firstMs * factor ** (attempt - 1))
  return Math.round(wait * (0.8 + 0.4 * rng()))
}
