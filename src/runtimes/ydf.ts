import { createRequire } from 'node:module'
import { assert } from '../base/assert.ts'
import { errorText } from '../base/error-text.ts'
import { Fault } from '../base/fault.ts'
import { isWorn, startWasmModule } from '../base/wasm-module.ts'
import { type Column, sliceRows } from '../data/frame.ts'
import { scoresPerRow } from '../data/schema.ts'
import { ydfColumnIndex, ydfNumbers, ydfTexts } from '../data/ydf-columns.ts'
import { decodeArtifact } from '../models/artifact.ts'
import { matchColumns } from './match-columns.ts'
import { placeScores } from './place-scores.ts'
import type { Scorer } from './runtime.ts'

/** Plain arrays of every input live at once in a slice; larger ones cost memory and gain no speed. */
const SLICE_ROWS = 50_000

type YdfExamples = Record<string, (number | null)[] | string[]>

interface YdfModel {
  getInputFeatures(): { name: string; type: string }[]
  predict(examples: YdfExamples): number[]
  unload(): void
}

interface YdfInference {
  readonly HEAP8: Int8Array
  loadModelFromZipBlob(zip: Uint8Array): Promise<YdfModel>
}

let ydfModule: Promise<YdfInference> | null = null

/**
 * Loads a model that a YDF trainer made. Scoring blocks its thread: about 3 µs a row.
 * @throws Fault ARTIFACT_CORRUPT when the bytes are not what was written, or hold no YDF model
 */
export async function loadYdf(artifact: Uint8Array): Promise<Scorer> {
  const { header, payload } = decodeArtifact(artifact)
  const { task, features, modelClasses } = header
  const model = await loadModel(payload)
  const inputs = model.getInputFeatures().map(({ name, type }) => ({ name, type, at: ydfColumnIndex(name) }))
  for (const { name, at } of inputs) {
    if (features[at] === undefined) {
      model.unload()
      throw new Fault('ARTIFACT_CORRUPT', `the model asks for an input '${name}' that its artifact does not name`)
    }
  }
  let isOpen = true
  return {
    task,
    features,
    async score(frame) {
      assert(isOpen, 'a closed model was asked to score')
      const columns = matchColumns(frame, features)
      const scores = new Float32Array(frame.rows * scoresPerRow(task))
      for (let from = 0; from < frame.rows; from += SLICE_ROWS) {
        const slice = sliceRows({ rows: frame.rows, columns }, from, Math.min(frame.rows, from + SLICE_ROWS))
        const examples = Object.fromEntries(
          inputs.map(({ name, type, at }) => [name, written(slice.columns[at], type)]),
        )
        // A model that learned a constant has no inputs, and still has to be told how many rows there are.
        if (inputs.length === 0) examples['rows'] = new Array<null>(slice.rows).fill(null)
        placeScores({ said: predicted(model, examples), task, modelClasses, rows: slice.rows, scores, from })
      }
      return scores
    },
    close() {
      if (isOpen) model.unload()
      isOpen = false
    },
  }
}

async function loadModel(payload: Uint8Array): Promise<YdfModel> {
  ydfModule ??= startWasmModule<YdfInference>(createRequire(import.meta.url)('ydf-inference'))
  try {
    const ydf = await ydfModule
    const model = await ydf.loadModelFromZipBlob(payload)
    // Whoever holds models of the worn module keeps it alive; new ones go to a new module.
    if (isWorn(ydf)) ydfModule = null
    return model
  } catch (error) {
    ydfModule = null
    throw new Fault('ARTIFACT_CORRUPT', `the artifact's payload is not a model: ${errorText(error)}`, {}, error)
  }
}

function predicted(model: YdfModel, examples: YdfExamples): number[] {
  try {
    return model.predict(examples)
  } catch (error) {
    ydfModule = null
    throw new Fault('SCORING_FAILED', `the model gave up: ${errorText(error)}`, {}, error)
  }
}

function written(column: Column | undefined, type: string): (number | null)[] | string[] {
  assert(column !== undefined, 'inputs were checked at load')
  return type === 'CATEGORICAL' ? ydfTexts(column) : ydfNumbers(column, null)
}
