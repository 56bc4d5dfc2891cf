import type { PatchBatch } from './batch.ts'
import { BINS } from './layout.ts'
import { LEAST_CELL_ROWS, type PatchOutcome } from './tables.ts'

/** Decayed counts of one live version: N[k, bin, s, class] and champion errors E[k, bin, s]. */
export interface ClassTables {
  readonly kind: 'classes'
  readonly width: number
  readonly classes: number
  /** Score bins: 4 by P(positive) for two classes, one a predicted class for more. */
  readonly scoreBins: number
  readonly counts: Float64Array
  readonly errors: Float64Array
}

/** Tables without a row, for `width` features and `classes` ≥ 2 classes. */
export function emptyClassTables(width: number, classes: number): ClassTables {
  const scoreBins = classes === 2 ? 4 : classes
  const cells = width * BINS * scoreBins
  return {
    kind: 'classes',
    width,
    classes,
    scoreBins,
    counts: new Float64Array(cells * classes),
    errors: new Float64Array(cells),
  }
}

function scoreBin(tables: ClassTables, batch: PatchBatch, row: number): number {
  if (tables.classes === 2) return Math.min(Math.floor(4 * (batch.probabilities[row] as number)), 3)
  return batch.predictions[row] as number
}

/** The tables after one more batch: what was there counts `decay` (in (0, 1]) as much. */
export function addToClassTables(tables: ClassTables, batch: PatchBatch, decay: number): ClassTables {
  const counts = tables.counts.map((n) => n * decay)
  const errors = tables.errors.map((e) => e * decay)
  for (let row = 0; row < batch.rows; row++) {
    const s = scoreBin(tables, batch, row)
    const label = batch.labels[row] as number
    const wrong = batch.predictions[row] === label ? 0 : 1
    for (let k = 0; k < tables.width; k++) {
      const cell = (k * BINS + (batch.codes[row * tables.width + k] as number)) * tables.scoreBins + s
      const at = cell * tables.classes + label
      counts[at] = (counts[at] as number) + 1
      errors[cell] = (errors[cell] as number) + wrong
    }
  }
  return { ...tables, counts, errors }
}

/**
 * Would majorities of the tables have beaten the champion on this batch?
 *
 * A cell with n = ΣN ≥ 8 has saving σ = E − (n − max N) and lo = (σ − √(σ + 1)) / n. Of a row's cells the one with the
 * largest lo > 0 overrides the champion by its majority class. d = 1[champion wrong] − 1[patched wrong].
 *
 * @returns Σd, Σd² and the rows of the batch
 */
export function testClassTables(tables: ClassTables, batch: PatchBatch): PatchOutcome {
  const { best, lo } = strengths(tables)
  let sum = 0
  let sumSquares = 0
  for (let row = 0; row < batch.rows; row++) {
    const s = scoreBin(tables, batch, row)
    let strongest = 0
    let patched = batch.predictions[row] as number
    for (let k = 0; k < tables.width; k++) {
      const cell = (k * BINS + (batch.codes[row * tables.width + k] as number)) * tables.scoreBins + s
      if ((lo[cell] as number) > strongest) {
        strongest = lo[cell] as number
        patched = best[cell] as number
      }
    }
    const label = batch.labels[row] as number
    const d = (batch.predictions[row] === label ? 0 : 1) - (patched === label ? 0 : 1)
    sum += d
    sumSquares += d * d
  }
  return { sum, sumSquares, rows: batch.rows }
}

function strengths(tables: ClassTables): { best: Int32Array; lo: Float64Array } {
  const cells = tables.errors.length
  const best = new Int32Array(cells)
  const lo = new Float64Array(cells)
  for (let cell = 0; cell < cells; cell++) {
    let n = 0
    let most = -1
    for (let c = 0; c < tables.classes; c++) {
      const count = tables.counts[cell * tables.classes + c] as number
      n += count
      if (count > most) {
        most = count
        best[cell] = c
      }
    }
    if (n < LEAST_CELL_ROWS) continue
    const saving = (tables.errors[cell] as number) - (n - most)
    lo[cell] = saving > 0 ? (saving - Math.sqrt(saving + 1)) / n : 0
  }
  return { best, lo }
}
