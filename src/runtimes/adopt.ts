import { assert } from '../base/assert.ts'
import { Fault } from '../base/fault.ts'
import { type Frame, sliceRows } from '../data/frame.ts'
import { type OnnxDraft, onnxArtifact } from '../models/onnx-artifact.ts'
import { openScorer } from './catalog.ts'
import { type HttpDraft, httpArtifact } from './http-scorer.ts'
import { type OnnxDescription, openOnnx } from './onnx-session.ts'
import type { ScoringWorld } from './runtime.ts'

/** Rows that show whether a model scores. */
const TRIED_ROWS = 100

/**
 * What an ONNX model takes and gives, and who made it: all that its file says.
 * @throws Fault DATA_INVALID when it is none, keeps weights in other files, or asks for what this runtime lacks
 */
export function describeOnnx(bytes: Uint8Array): Promise<OnnxDescription> {
  return asGiven(async () => {
    const { facts, session, inputs, outputs } = await openOnnx(bytes)
    await session.release()
    return { ...facts, inputs, outputs }
  })
}

/**
 * Makes an artifact of an ONNX model that somebody else trained, once it has scored real rows.
 * @param sample rows with the model's features; ≥ 1, of which the first 100 are tried
 * @throws Fault DATA_INVALID when it is no usable ONNX model, does not fit, or the sample lacks a feature · SCORING_FAILED
 * when it gives no numbers for the sample
 */
export function adoptOnnx(draft: OnnxDraft, sample: Frame): Promise<Uint8Array> {
  return asGiven(() => tried(onnxArtifact(draft), sample, {}))
}

/**
 * Makes an artifact of the address of a service, once it has scored real rows.
 * @throws Fault CONFIG_INVALID for an address or option that is not allowed · SCORING_FAILED when it gives no scores for
 * the sample · SCORER_UNAVAILABLE when nothing answers there
 */
export function adoptHttp(draft: HttpDraft, sample: Frame, world: ScoringWorld): Promise<Uint8Array> {
  return asGiven(() => tried(httpArtifact(draft), sample, world))
}

/** The artifact, once it has scored the first rows of the sample. */
export async function tried(artifact: Uint8Array, sample: Frame, world: ScoringWorld): Promise<Uint8Array> {
  assert(sample.rows >= 1, 'a model is tried on one row at least')
  const scorer = await openScorer(artifact, world)
  try {
    await scorer.score(sliceRows(sample, 0, Math.min(sample.rows, TRIED_ROWS)))
  } finally {
    scorer.close()
  }
  return artifact
}

/** What is wrong with a model that a user hands over is wrong input; of our own artifacts the same would be damage. */
export async function asGiven<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'ARTIFACT_CORRUPT') throw error
    throw new Fault('DATA_INVALID', error.message, error.details, error)
  }
}
