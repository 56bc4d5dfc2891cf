import { type CountedShare, meanOfShares } from '../interval/mover.ts'
import { wilson } from '../interval/wilson.ts'
import { type Confusion, confusion, hits, seenClasses } from './confusion.ts'
import { insufficient, type Measured, type MetricInput, measured } from './metric.ts'

/**
 * Hits of a class out of its labelled rows (recall) or out of its predicted ones (precision).
 *
 * Binary: of class 1, with Wilson's interval. Multiclass: mean over the classes seen as label or prediction; their rows
 * are disjoint, so their Wilson limits combine by MOVER.
 *
 * @param outOf what the hits are divided by
 * @returns share in [0, 1]; insufficient without a row to divide by
 */
export function hitRate(input: MetricInput, level: number, outOf: 'labelled' | 'predicted'): Measured {
  const seen = confusion(input)
  if (input.kind === 'binary') {
    const rows = seen[outOf][1]!
    if (rows === 0) return insufficient(0, 1)
    return measured(hits(seen, 1) / rows, wilson(hits(seen, 1), rows, level), rows)
  }
  if (seen.rows === 0) return insufficient(0, 1)
  const { value, interval } = meanOfShares(hitShares(seen, seen[outOf]), level)
  return measured(value, interval, seen.rows)
}

/** Hits of each seen class out of `totals` of that class. */
function hitShares(seen: Confusion, totals: Float64Array): CountedShare[] {
  return seenClasses(seen).map((k) => ({ successes: hits(seen, k), n: totals[k]! }))
}
