import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../base/fault.ts'
import { isPackable, packFiles } from '../../base/packed-files.ts'
import { type CommandScoring, MODEL_FOLDER, SCORING_FILE } from '../../data/command-model.ts'
import type { Task } from '../../data/schema.ts'
import { TRAINING_LAYOUT, type TrainingSchema } from '../../data/training-layout.ts'
import { encodeArtifact } from '../../models/artifact.ts'
import { type OnnxDraft, onnxArtifact } from '../../models/onnx-artifact.ts'
import { failed } from './failure.ts'

const MOST_BYTES = 1024 ** 3
const MOST_FILES = 10_000
const inOutput = (path: string) => path.slice(TRAINING_LAYOUT.output.length + 1)
const ONNX_FILE = inOutput(TRAINING_LAYOUT.onnx)
const CLASSES_FILE = inOutput(TRAINING_LAYOUT.classes)
const METRICS_FILE = inOutput(TRAINING_LAYOUT.metrics)

export interface CollectOptions {
  readonly schema: TrainingSchema
  readonly givenRows: number
  /** Null: the model is to be ONNX. */
  readonly scoring: CommandScoring | null
  readonly secrets: readonly string[]
}

/**
 * Makes one artifact of what a command left in `output/`.
 * @throws Fault TRAINING_FAILED: 'no-artifact' when there is no whole model, 'bad-output' for a link or a name that could
 * lead out of a folder, 'secret' when a file holds the value of a secret
 */
export async function collectOutput(workFolder: string, options: CollectOptions): Promise<Uint8Array> {
  const { schema, scoring } = options
  const files = await filesIn(join(workFolder, TRAINING_LAYOUT.output))
  refuseSecrets(files, options.secrets)
  const order = files.get(CLASSES_FILE)
  files.delete(CLASSES_FILE)
  files.delete(METRICS_FILE)
  const named = order === undefined ? undefined : classesIn(order, schema.task)
  const draft = {
    task: schema.task,
    features: schema.features,
    givenRows: options.givenRows,
    trainedRows: schema.rows,
  }
  if (scoring === null) {
    const model = files.get(ONNX_FILE)
    if (model === undefined)
      throw failed(
        'no-artifact',
        `the command ended well but left no ${TRAINING_LAYOUT.onnx}${there(files)}; a model of another kind needs the key score`,
      )
    if (!isWholeProtobuf(model))
      throw failed('no-artifact', `${TRAINING_LAYOUT.onnx} is no whole ONNX file: ${model.length} bytes`)
    return onnxOf({ ...draft, bytes: model, modelClasses: named })
  }
  if ([...files.values()].every(({ length }) => length === 0))
    throw failed('no-artifact', `the command ended well but left no model in ${TRAINING_LAYOUT.output}/${there(files)}`)
  const packed = new Map<string, Uint8Array>([[SCORING_FILE, new TextEncoder().encode(JSON.stringify(scoring))]])
  for (const [name, bytes] of files) packed.set(`${MODEL_FOLDER}${name}`, bytes)
  const modelClasses = named ?? sortedClasses(schema.task)
  return encodeArtifact({ ...draft, modelClasses, learner: 'command' }, packFiles(packed))
}

/** Classes that an ONNX file names itself count, unless the command says otherwise. */
function onnxOf(draft: OnnxDraft): Uint8Array {
  try {
    return onnxArtifact(draft)
  } catch (error) {
    if (error instanceof Fault && error.code === 'ARTIFACT_CORRUPT')
      throw failed('bad-output', `${TRAINING_LAYOUT.onnx} cannot be kept: ${error.message}`)
    throw error
  }
}

function there(files: ReadonlyMap<string, Uint8Array>): string {
  const names = [...files.keys()].slice(0, 5)
  return names.length === 0 ? '' : ` (there is ${names.join(', ')}${files.size > 5 ? ' …' : ''})`
}

async function filesIn(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  let bytes = 0
  for (const name of (await readdir(folder, { recursive: true }).catch(() => [])).sort()) {
    const path = join(folder, name)
    const stat = await lstat(path)
    if (stat.isDirectory()) continue
    if (!stat.isFile() || !isPackable(name))
      throw failed(
        'bad-output',
        `output/${name} cannot be kept: files only, of letters, digits and . _ - + = @, at most 8 folders deep`,
      )
    bytes += stat.size
    if (bytes > MOST_BYTES || files.size >= MOST_FILES)
      throw failed('bad-output', `the output is too large: at most ${MOST_FILES} files of 1 GiB together are kept`)
    files.set(name, await readFile(path))
  }
  return files
}

function refuseSecrets(files: ReadonlyMap<string, Uint8Array>, secrets: readonly string[]): void {
  for (const [name, bytes] of files) {
    const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (secrets.some((secret) => secret.length >= 4 && content.includes(secret)))
      throw failed('secret', `output/${name} holds the value of a secret; it is not kept`)
  }
}

/** As scikit-learn sorts its classes: numbers by value, texts by code point. */
function sortedClasses(task: Task): string[] {
  if (task.kind === 'regression') return []
  const isNumeric = task.classes.every((name) => name.trim() !== '' && Number.isFinite(Number(name)))
  return [...task.classes].sort(isNumeric ? (a, b) => Number(a) - Number(b) : (a, b) => (a < b ? -1 : 1))
}

function classesIn(bytes: Uint8Array, task: Task): string[] {
  const known = task.kind === 'regression' ? [] : task.classes
  const named = jsonIn(bytes)
  const names = Array.isArray(named) ? named.map(String) : []
  const isOrder =
    names.length === known.length && new Set(names).size === names.length && names.every((name) => known.includes(name))
  if (isOrder) return names
  throw failed(
    'bad-output',
    `${TRAINING_LAYOUT.classes} must be a list of the classes ${known.join(', ')} in the order of the model's probabilities`,
  )
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return null
  }
}

/** Whether bytes are fields of a protocol buffer up to their last: a file that was cut off ends inside one. */
export function isWholeProtobuf(bytes: Uint8Array): boolean {
  let at = 0
  const varint = () => {
    for (let value = 0, scale = 1; at < bytes.length && scale < 2 ** 63; scale *= 128) {
      const byte = bytes[at++] as number
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
    return Number.NaN
  }
  while (at < bytes.length) {
    const wire = varint() % 8
    // Read first: a sum would take the place before the number for the place behind it.
    const length = wire === 0 || wire === 2 ? varint() : 0
    if (wire === 2) at += length
    else if (wire === 1) at += 8
    else if (wire === 5) at += 4
    else if (wire !== 0) return false
    if (Number.isNaN(length) || at > bytes.length) return false
  }
  return bytes.length > 0
}
