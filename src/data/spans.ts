/** Smallest and largest value of a window. */
export interface Span {
  readonly min: number
  readonly max: number
}

/** Two windows may lie apart by chance; three in one direction hardly. */
const FEWEST_SPANS = 3

/**
 * Whether values move on from window to window without ever coming back, as row numbers, ids and years do: each window
 * begins at or beyond the end of the one before. Such a column has no range.
 *
 * @param spans oldest first
 */
export function isCounter(spans: readonly Span[]): boolean {
  const first = spans[0]
  const last = spans.at(-1)
  if (spans.length < FEWEST_SPANS || first === undefined || last === undefined) return false
  const pairs = spans.slice(1).map((span, i) => [spans[i]!, span] as const)
  if (last.min > first.max) return pairs.every(([before, after]) => after.min >= before.max)
  return first.min > last.max && pairs.every(([before, after]) => after.max <= before.min)
}
