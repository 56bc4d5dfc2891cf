import { createRequire } from 'node:module'
import { assert } from '../base/assert.ts'
import { errorText } from '../base/error-text.ts'
import { Fault } from '../base/fault.ts'
import { sampleWithoutReplacement, seededRng } from '../base/rng.ts'
import { isWorn, startWasmModule } from '../base/wasm-module.ts'
import { type Column, schemaOf, takeRows } from '../data/frame.ts'
import type { Task } from '../data/schema.ts'
import { YDF_LABEL, ydfColumnName, ydfNumbers, ydfTexts } from '../data/ydf-columns.ts'
import { encodeArtifact, type Learner } from '../models/artifact.ts'
import { sampleByWeight } from './sample-by-weight.ts'
import type { TrainingInput } from './trainer.ts'
import { packYdf } from './ydf-payload.ts'

type YdfColumns = Record<string, number[] | string[]>

interface YdfModel {
  readonly internalModel: { save(directory: string): void }
  getLabelClasses(): string[]
  unload(): void
}

type YdfLearner = new (label: string, task: 'CLASSIFICATION' | 'REGRESSION') => { train(data: YdfColumns): YdfModel }

interface YdfTraining {
  readonly HEAP8: Int8Array
  readonly FS: {
    readdir(path: string): string[]
    readFile(path: string): Uint8Array
    unlink(path: string): void
    rmdir(path: string): void
  }
  readonly GradientBoostedTreesLearner: YdfLearner
  readonly RandomForestLearner: YdfLearner
}

export interface YdfLimits {
  readonly minRows: number
  readonly maxRows: number
}

let ydfModule: Promise<YdfTraining> | null = null

/**
 * Trains a forest with Yggdrasil Decision Forests (WebAssembly; Guillame-Bert et al. 2023). Blocks its thread: for a
 * worker. The same input gives the same bytes; the seed only draws the sample: above `maxRows`, or by weight.
 * @returns the encoded artifact; its header says how many rows were given and how many learned from
 * @throws Fault TRAINING_FAILED when the rows are too few, hold one class or one value, or have no usable feature
 */
export async function trainYdf(learner: Learner, input: TrainingInput, limits: YdfLimits): Promise<Uint8Array> {
  const givenRows = input.labels.length
  if (input.features.columns.length === 0) throw failed('there is no feature to learn from')
  assert(input.features.rows === givenRows, `${givenRows} labels for ${input.features.rows} rows`)
  if (givenRows < limits.minRows) {
    throw failed(
      `${givenRows} labelled rows are too few to learn from; at least ${limits.minRows} are needed (minRows)`,
    )
  }
  const { features, labels } = sampled(input, limits.maxRows)
  if (features.rows < limits.minRows) {
    throw failed(
      `the weights of ${givenRows} labelled rows leave ${features.rows} to learn from; at least ${limits.minRows} are needed (minRows)`,
    )
  }
  const columns = featureColumns(features.columns)
  if (Object.keys(columns).length === 0) {
    throw failed(`none of the ${features.columns.length} features has two different values in ${features.rows} rows`)
  }
  columns[YDF_LABEL] = labelColumn(input.task, labels)
  const { modelLabels, payload } = await learn(learner, input.task, columns, features.rows)
  return encodeArtifact(
    {
      learner,
      task: input.task,
      features: schemaOf(features),
      modelClasses: input.task.kind === 'regression' ? [] : modelLabels.map((label) => className(input.task, label)),
      givenRows,
      trainedRows: features.rows,
    },
    payload,
  )
}

/**
 * All rows, or `maxRows` of them drawn by the seed, in their own order. The learner takes no weights: where rows have
 * some, each is kept with a probability in proportion to its weight.
 */
function sampled({ features, labels, seed, weights }: TrainingInput, maxRows: number) {
  const rows =
    weights === undefined ? plainSample(labels.length, maxRows, seed) : sampleByWeight(weights, maxRows, seed)
  if (rows.length === labels.length) return { features, labels }
  return { features: takeRows(features, rows), labels: Float64Array.from(rows, (row) => labels[row] as number) }
}

function plainSample(size: number, maxRows: number, seed: number): Int32Array {
  if (size <= maxRows) return Int32Array.from({ length: size }, (_, row) => row)
  return Int32Array.from(sampleWithoutReplacement(size, maxRows, seededRng(seed))).sort()
}

/** The columns worth giving to YDF: one that never changes teaches nothing. */
function featureColumns(columns: readonly Column[]): YdfColumns {
  const out: YdfColumns = {}
  for (const [index, column] of columns.entries()) {
    if (column.kind !== 'categorical') {
      const numbers = ydfNumbers(column, Number.NaN)
      if (varies(numbers.filter((value) => !Number.isNaN(value)))) {
        out[ydfColumnName(index)] = numbers
        continue
      }
    }
    const texts = ydfTexts(column)
    if (varies(texts)) out[ydfColumnName(index)] = texts
  }
  return out
}

function varies<T>(values: readonly T[]): boolean {
  return values.some((value) => value !== values[0])
}

function labelColumn(task: Task, labels: Float64Array): number[] | string[] {
  if (task.kind === 'regression') {
    const values = Array.from(labels, Math.fround)
    const at = values.findIndex((value) => !Number.isFinite(value))
    if (at >= 0) throw failed(`the label of a row is ${labels[at]}; it must be a finite number of at most 3.4e38`)
    if (!varies(values)) throw failed(`all ${values.length} rows have the same label, ${values[0]}`)
    return values
  }
  // Codes, not the classes' texts: a class may be called '' or be anything else that YDF would take for missing.
  const codes = Array.from(labels, (code) => {
    assert(task.classes[code] !== undefined, `no class has the code ${code}`)
    return `c${code}`
  })
  if (!varies(codes))
    throw failed(`all ${codes.length} rows belong to one class, '${task.classes[labels[0] as number]}'`)
  return codes
}

function className(task: Task, label: string): string {
  assert(task.kind !== 'regression', 'regression has no classes')
  const name = task.classes[Number(label.slice(1))]
  assert(name !== undefined, `the learner speaks of a class '${label}'`)
  return name
}

async function learn(learner: Learner, task: Task, columns: YdfColumns, rows: number) {
  ydfModule ??= startWasmModule<YdfTraining>(createRequire(import.meta.url)('ydf-training'))
  try {
    const ydf = await ydfModule
    const Learner = learner === 'ydf-random-forest' ? ydf.RandomForestLearner : ydf.GradientBoostedTreesLearner
    const kind = task.kind === 'regression' ? 'REGRESSION' : 'CLASSIFICATION'
    const model = new Learner(YDF_LABEL, kind).train(columns)
    const modelLabels = model.getLabelClasses()
    const files = savedFiles(ydf, model)
    model.unload()
    if (isWorn(ydf)) ydfModule = null
    return { modelLabels, payload: await packYdf(files) }
  } catch (error) {
    // A module that threw may have aborted or kept half a model: the next training gets a new one.
    ydfModule = null
    const said = errorText(error)
    throw new Fault('TRAINING_FAILED', `the learner '${learner}' gave up on ${rows} rows: ${said}`, {}, error)
  }
}

/** Not the module's own `save()`: that leaves its files in the module's memory, and prints. */
function savedFiles({ FS }: YdfTraining, model: YdfModel): Map<string, Uint8Array> {
  const directory = '/saved'
  const files = new Map<string, Uint8Array>()
  model.internalModel.save(directory)
  for (const name of FS.readdir(directory)) {
    if (name === '.' || name === '..') continue
    const path = `${directory}/${name}`
    files.set(name, FS.readFile(path))
    FS.unlink(path)
  }
  FS.rmdir(directory)
  return files
}

function failed(message: string): Fault {
  return new Fault('TRAINING_FAILED', message)
}
