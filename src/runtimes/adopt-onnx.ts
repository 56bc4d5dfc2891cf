import { assert } from '../base/assert.ts'
import { type Frame, sliceRows } from '../data/frame.ts'
import { type OnnxDraft, onnxArtifact } from '../models/onnx-artifact.ts'
import { loadOnnx } from './onnx.ts'

/** Rows that show whether a model scores. */
const TRIED_ROWS = 100

/**
 * Makes an artifact of a model that somebody else trained, once it has scored real rows.
 * @param sample rows with the model's features; ≥ 1, of which the first 100 are tried
 * @throws Fault ARTIFACT_CORRUPT when it is no usable ONNX model or does not fit · DATA_INVALID when the sample lacks a
 * feature · SCORING_FAILED when it gives no numbers for the sample
 */
export async function adoptOnnx(draft: OnnxDraft, sample: Frame): Promise<Uint8Array> {
  assert(sample.rows >= 1, 'a model is tried on one row at least')
  const artifact = onnxArtifact(draft)
  const scorer = await loadOnnx(artifact)
  try {
    await scorer.score(sliceRows(sample, 0, Math.min(sample.rows, TRIED_ROWS)))
  } finally {
    scorer.close()
  }
  return artifact
}
