import type { Frame } from '../../../data/frame.ts'
import type { Labels, Scores } from '../../../data/labels.ts'
import { predictions as predictionsOf } from '../../../data/labels.ts'
import type { Task } from '../../../data/schema.ts'
import { type PatchLayout, patchCodes } from './layout.ts'

/** What the patch test reads of a batch: only rows that have a label. */
export interface PatchBatch {
  readonly rows: number
  /** rows × K bin codes, row-major. */
  readonly codes: Uint8Array
  /** Class codes, or values in units of `scale`. */
  readonly labels: Float64Array
  /** The champion's class codes, or values in units of `scale`. */
  readonly predictions: Float64Array
  /** Two classes: P(positive); else unused (empty). */
  readonly probabilities: Float32Array
}

/**
 * Puts one batch into the patch test's form.
 * @param scale regression: the standard deviation of the warm-up target, > 0; classes: 1
 */
export function patchBatch(
  task: Task,
  features: Frame,
  labels: Labels,
  scores: Scores,
  layout: PatchLayout,
  scale: number,
): PatchBatch {
  const kept: number[] = []
  for (let row = 0; row < labels.length; row++) if (!Number.isNaN(labels[row])) kept.push(row)
  const width = layout.cuts.length
  const all = patchCodes(features, layout)
  const codes = new Uint8Array(kept.length * width)
  const truth = new Float64Array(kept.length)
  const predictions = new Float64Array(kept.length)
  const probabilities = new Float32Array(task.kind === 'binary' ? kept.length : 0)
  const said = predictionsOf(task, scores)
  const unit = task.kind === 'regression' ? scale : 1
  for (const [i, row] of kept.entries()) {
    for (let k = 0; k < width; k++) codes[i * width + k] = all[row * width + k] as number
    truth[i] = (labels[row] as number) / unit
    predictions[i] = (said[row] as number) / unit
    if (task.kind === 'binary') probabilities[i] = scores[row] as number
  }
  return { rows: kept.length, codes, labels: truth, predictions, probabilities }
}

/** Rows from ≤ i < to of a batch of `width` features, sharing memory. */
export function sliceBatch(batch: PatchBatch, width: number, from: number, to: number): PatchBatch {
  return {
    rows: to - from,
    codes: batch.codes.subarray(from * width, to * width),
    labels: batch.labels.subarray(from, to),
    predictions: batch.predictions.subarray(from, to),
    probabilities: batch.probabilities.subarray(from, to),
  }
}
