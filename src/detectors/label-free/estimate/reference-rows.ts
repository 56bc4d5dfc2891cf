/** The newest labelled rows of the live version: what an estimate without labels is learned from. Bounded. */
export interface ReferenceRows {
  /** What was said: P(class 1) · P(the likeliest class) · the value. */
  readonly claims: Float64Array
  /** What was true: 1 for class 1, else 0 · 1 where the likeliest class was right · the value. */
  readonly outcomes: Float64Array
  /** Bin codes of the features, row-major rows × `width`. */
  readonly codes: Uint8Array
  readonly width: number
}

export function noReferenceRows(width: number): ReferenceRows {
  return { claims: new Float64Array(0), outcomes: new Float64Array(0), codes: new Uint8Array(0), width }
}

/** Adds rows; beyond `most` the oldest are dropped. `codes` has `width` numbers a row. */
export function addReferenceRows(
  before: ReferenceRows,
  { claims, outcomes, codes }: Omit<ReferenceRows, 'width'>,
  most: number,
): ReferenceRows {
  const kept = Float64Array.from(outcomes.keys()).filter((row) => !Number.isNaN(outcomes[row]))
  const rows = Math.min(most, before.claims.length + kept.length)
  const { width } = before
  const next = {
    claims: new Float64Array(rows),
    outcomes: new Float64Array(rows),
    codes: new Uint8Array(rows * width),
    width,
  }
  const dropped = before.claims.length + kept.length - rows
  for (let at = 0; at < rows; at++) {
    const from = at + dropped
    const isOld = from < before.claims.length
    const source = isOld ? before : { claims, outcomes, codes }
    const row = isOld ? from : (kept[from - before.claims.length] as number)
    next.claims[at] = source.claims[row] as number
    next.outcomes[at] = source.outcomes[row] as number
    next.codes.set(source.codes.subarray(row * width, (row + 1) * width), at * width)
  }
  return next
}
