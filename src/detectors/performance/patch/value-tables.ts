import type { PatchBatch } from './batch.ts'
import { BINS } from './layout.ts'
import { LEAST_CELL_ROWS, type PatchOutcome } from './tables.ts'

/** The correction is shrunk by this many rows of "no correction": m·n/(n + 4). */
const SHRINK_ROWS = 4

/** Decayed sums of the champion's residual r = prediction − label: n, Σr and Σr² by feature bin and score bin. */
export interface ValueTables {
  readonly kind: 'values'
  readonly width: number
  /** Quartiles of the predictions of the version's first batch; null until it was seen. */
  readonly scoreEdges: readonly [number, number, number] | null
  readonly counts: Float64Array
  readonly sums: Float64Array
  readonly squares: Float64Array
}

const SCORE_BINS = 4

/** Tables without a row, for `width` features; the score edges are cut at the first batch. */
export function emptyValueTables(width: number): ValueTables {
  const cells = width * BINS * SCORE_BINS
  const zeros = () => new Float64Array(cells)
  return { kind: 'values', width, scoreEdges: null, counts: zeros(), sums: zeros(), squares: zeros() }
}

function quartiles(predictions: Float64Array): [number, number, number] {
  const sorted = Float64Array.from(predictions).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return [at(0.25), at(0.5), at(0.75)]
}

function scoreBin(edges: readonly number[], prediction: number): number {
  let bin = 0
  while (bin < edges.length && (edges[bin] as number) <= prediction) bin++
  return bin
}

/** The tables after one more batch: what was there counts `decay` (in (0, 1]) as much. */
export function addToValueTables(tables: ValueTables, batch: PatchBatch, decay: number): ValueTables {
  const scoreEdges = tables.scoreEdges ?? quartiles(batch.predictions)
  const counts = tables.counts.map((x) => x * decay)
  const sums = tables.sums.map((x) => x * decay)
  const squares = tables.squares.map((x) => x * decay)
  for (let row = 0; row < batch.rows; row++) {
    const prediction = batch.predictions[row] as number
    const residual = prediction - (batch.labels[row] as number)
    const s = scoreBin(scoreEdges, prediction)
    for (let k = 0; k < tables.width; k++) {
      const cell = (k * BINS + (batch.codes[row * tables.width + k] as number)) * SCORE_BINS + s
      counts[cell] = (counts[cell] as number) + 1
      sums[cell] = (sums[cell] as number) + residual
      squares[cell] = (squares[cell] as number) + residual * residual
    }
  }
  return { ...tables, scoreEdges, counts, sums, squares }
}

/**
 * Would shifting the champion by a cell's mean residual have beaten it on this batch, in squared error?
 *
 * m, q = mean and variance of the residual in the cell; lo = |m| − √(q(1 + 2/n)/n); of a row's cells the one with the
 * largest lo > 0 corrects the prediction by m·n/(n + 4).
 */
export function testValueTables(tables: ValueTables, batch: PatchBatch): PatchOutcome {
  if (tables.scoreEdges === null) return { sum: 0, sumSquares: 0, rows: batch.rows }
  const { lo, correction } = strengths(tables)
  let sum = 0
  let sumSquares = 0
  for (let row = 0; row < batch.rows; row++) {
    const prediction = batch.predictions[row] as number
    const s = scoreBin(tables.scoreEdges, prediction)
    let strongest = 0
    let shift = 0
    for (let k = 0; k < tables.width; k++) {
      const cell = (k * BINS + (batch.codes[row * tables.width + k] as number)) * SCORE_BINS + s
      if ((lo[cell] as number) > strongest) {
        strongest = lo[cell] as number
        shift = correction[cell] as number
      }
    }
    const residual = prediction - (batch.labels[row] as number)
    const d = residual * residual - (residual - shift) * (residual - shift)
    sum += d
    sumSquares += d * d
  }
  return { sum, sumSquares, rows: batch.rows }
}

function strengths(tables: ValueTables): { lo: Float64Array; correction: Float64Array } {
  const lo = new Float64Array(tables.counts.length)
  const correction = new Float64Array(tables.counts.length)
  for (let cell = 0; cell < tables.counts.length; cell++) {
    const n = tables.counts[cell] as number
    if (n < LEAST_CELL_ROWS) continue
    const m = (tables.sums[cell] as number) / n
    const q = Math.max(0, (tables.squares[cell] as number) / n - m * m)
    lo[cell] = Math.abs(m) - Math.sqrt((q * (1 + 2 / n)) / n)
    correction[cell] = (m * n) / (n + SHRINK_ROWS)
  }
  return { lo, correction }
}
