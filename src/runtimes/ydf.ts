import { createRequire } from 'node:module'
import { assert } from '../base/assert.ts'
import { errorText } from '../base/error-text.ts'
import { Fault } from '../base/fault.ts'
import { isWorn, startWasmModule } from '../base/wasm-module.ts'
import { type Column, sliceRows } from '../data/frame.ts'
import { scoresPerRow } from '../data/schema.ts'
import { canBeYdf, YDF_TYPES, ydfColumnIndex, ydfNamedColumn, ydfNumbers, ydfTexts } from '../data/ydf-columns.ts'
import { type ArtifactHeader, decodeArtifact } from '../models/artifact.ts'
import { matchColumns } from './match-columns.ts'
import { placeScores } from './place-scores.ts'
import type { Scorer } from './runtime.ts'
import { checkZip } from './zip-within.ts'

/** Plain arrays of every input live at once in a slice; larger ones cost memory and gain no speed. */
const SLICE_ROWS = 50_000

type YdfExamples = Record<string, (number | string | null)[]>

interface YdfModel {
  getInputFeatures(): { name: string; type: string }[]
  /** In the order of its probabilities; none of a regression. */
  getLabelClasses(): string[]
  predict(examples: YdfExamples): number[]
  unload(): void
}

interface YdfInference {
  readonly HEAP8: Int8Array
  loadModelFromZipBlob(zip: Uint8Array): Promise<YdfModel>
}

let ydfModule: Promise<YdfInference> | null = null

/** What a YDF model says of itself. */
export interface YdfDescription {
  readonly inputs: readonly { readonly name: string; readonly type: string }[]
  /** In the order of its probabilities; none of a regression. */
  readonly classes: readonly string[]
}

/**
 * What a model that somebody else trained asks for.
 * @param payload its files as a zip
 * @throws Fault ARTIFACT_CORRUPT when they are no YDF model that can be scored here
 */
export async function describeYdf(payload: Uint8Array): Promise<YdfDescription> {
  const model = await loadModel(payload)
  const inputs = model.getInputFeatures().map(({ name, type }) => ({ name, type }))
  const classes = [...model.getLabelClasses()]
  model.unload()
  return { inputs, classes }
}

/**
 * Loads a model that a YDF trainer made, here or elsewhere. Scoring blocks its thread: about 3 µs a row.
 * @throws Fault ARTIFACT_CORRUPT when the bytes are not what was written, or hold no YDF model
 */
export async function loadYdf(artifact: Uint8Array): Promise<Scorer> {
  const { header, payload } = decodeArtifact(artifact)
  const { task, features, modelClasses } = header
  const model = await loadModel(payload)
  const inputs = inputsOf(model, header)
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
          inputs.map(({ name, at, write }) => [name, write(slice.columns[at] as Column)]),
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
  // The module unpacks all of it into its own memory, without a limit.
  await checkZip(payload, "the artifact's payload").catch((error: unknown) => {
    if (error instanceof Fault) throw new Fault('ARTIFACT_CORRUPT', error.message, error.details, error)
    throw noModel(error)
  })
  ydfModule ??= startWasmModule<YdfInference>(createRequire(import.meta.url)('ydf-inference'))
  try {
    const ydf = await ydfModule
    const model = await ydf.loadModelFromZipBlob(payload)
    // Whoever holds models of the worn module keeps it alive; new ones go to a new module.
    if (isWorn(ydf)) ydfModule = null
    return model
  } catch (error) {
    ydfModule = null
    throw noModel(error)
  }
}

function noModel(error: unknown): Fault {
  return new Fault('ARTIFACT_CORRUPT', `the artifact's payload is not a model: ${errorText(error)}`, {}, error)
}

function predicted(model: YdfModel, examples: YdfExamples): number[] {
  try {
    return model.predict(examples)
  } catch (error) {
    ydfModule = null
    throw new Fault('SCORING_FAILED', `the model gave up: ${errorText(error)}`, {}, error)
  }
}

interface YdfInput {
  readonly name: string
  /** Place of its feature in the schema. */
  readonly at: number
  write(column: Column): YdfExamples[string]
}

/** What the model is to be given; a model that its artifact does not describe is unloaded. */
function inputsOf(model: YdfModel, header: ArtifactHeader): YdfInput[] {
  try {
    return header.learner === 'ydf' ? namedInputs(model, header) : placedInputs(model, header)
  } catch (error) {
    model.unload()
    throw error
  }
}

function placedInputs(model: YdfModel, { features }: ArtifactHeader): YdfInput[] {
  return model.getInputFeatures().map(({ name, type }) => {
    const at = ydfColumnIndex(name)
    if (features[at] === undefined) throw unnamed(name)
    return { name, at, write: (column) => (type === 'CATEGORICAL' ? ydfTexts(column) : ydfNumbers(column, null)) }
  })
}

function namedInputs(model: YdfModel, { features, modelClasses }: ArtifactHeader): YdfInput[] {
  const classes = model.getLabelClasses()
  if (JSON.stringify(classes) !== JSON.stringify(modelClasses)) {
    const ours = modelClasses.join(', ')
    throw new Fault('ARTIFACT_CORRUPT', `the model's classes are ${classes.join(', ')}; its artifact says ${ours}`)
  }
  return model.getInputFeatures().map(({ name, type }) => {
    const at = features.findIndex((feature) => feature.name === name)
    const feature = features[at]
    if (feature === undefined) throw unnamed(name)
    const known = YDF_TYPES.find((one) => one === type)
    if (known === undefined || !canBeYdf(feature.kind, known)) {
      throw new Fault('ARTIFACT_CORRUPT', `the model reads '${name}' as ${type}; its artifact says ${feature.kind}`)
    }
    return { name, at, write: (column) => ydfNamedColumn(column, known) }
  })
}

function unnamed(name: string): Fault {
  return new Fault('ARTIFACT_CORRUPT', `the model asks for an input '${name}' that its artifact does not name`)
}
