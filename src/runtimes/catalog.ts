import { decodeArtifact } from '../models/artifact.ts'
import { loadCommand } from './command.ts'
import { loadHttp } from './http.ts'
import { loadOnnx } from './onnx.ts'
import type { Scorer, ScoringWorld } from './runtime.ts'
import { loadYdf } from './ydf.ts'

/**
 * Makes an artifact ready to score, with the runtime that its learner needs.
 * @param artifact what `encodeArtifact` wrote; its digests are checked
 * @param world what a runtime may use beside the bytes
 * @throws Fault ARTIFACT_CORRUPT when the bytes are not what was written, or not the model that they say they are
 */
export async function openScorer(artifact: Uint8Array, world: ScoringWorld = {}): Promise<Scorer> {
  const { header } = decodeArtifact(artifact)
  switch (header.learner) {
    case 'ydf-gradient-boosting':
    case 'ydf-random-forest':
    case 'ydf':
      return loadYdf(artifact)
    case 'onnx':
      return loadOnnx(artifact)
    case 'command':
      return loadCommand(artifact, world)
    case 'http':
      return loadHttp(artifact, world)
  }
}
