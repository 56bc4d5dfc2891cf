/** What a batch says of the tables: Σd and Σd² over its rows, d = champion's loss − patched loss. */
export interface PatchOutcome {
  readonly sum: number
  readonly sumSquares: number
  readonly rows: number
}

/** Older batches count 2^(−½) as much for each batch that follows: half after two. */
export const DECAY = Math.SQRT1_2

/** A cell with fewer (decayed) rows never overrides the champion. */
export const LEAST_CELL_ROWS = 8
