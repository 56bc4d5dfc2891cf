import { readFile, stat } from 'node:fs/promises'
import { Fault } from '../base/fault.ts'
import type { AdoptAsked } from '../cli/adopt-asked.ts'
import { type Frame, findColumn, frame, schemaOf } from '../data/frame.ts'
import type { ModelSchema } from '../data/model-schema.ts'
import { readTask } from '../data/task.ts'
import { decodeArtifact } from '../models/artifact.ts'
import { onnxArtifact } from '../models/onnx-artifact.ts'
import { adoptOnnx } from '../runtimes/adopt.ts'
import { adoptYdf } from '../runtimes/adopt-ydf.ts'
import { HTTP_PROTOCOLS, httpArtifact } from '../runtimes/http-scorer.ts'
import { readTable } from '../store/files/read-table.ts'
import { ydfFromFolder, ydfFromZip } from './ydf-folder.ts'

const ARTIFACT = new TextEncoder().encode('KEEPFIT\0')

/**
 * Makes an artifact of the model that `keepfit adopt` names. An ONNX or YDF model is tried on the sample first.
 * @throws Fault FILE_MISSING · USAGE when nobody says what the model reads · ARTIFACT_CORRUPT, DATA_INVALID and
 * SCORING_FAILED as the runtime does
 */
export async function adoptionFile(asked: AdoptAsked): Promise<Uint8Array> {
  const { from, modelClasses, output } = asked
  if (!('file' in from)) {
    const { task, features } = (await described(asked)).schema
    const protocol = HTTP_PROTOCOLS.find((one) => one === from.protocol) ?? 'plain-json'
    const token = from.tokenVariable === undefined ? {} : { tokenVariable: from.tokenVariable }
    return httpArtifact({ scorer: { url: from.url, protocol, ...token }, task, features, modelClasses })
  }
  if (await isFolder(from.file)) return adoptedYdf(await ydfFromFolder(from.file), asked)
  const bytes = await read(from.file)
  if (ARTIFACT.every((byte, i) => bytes[i] === byte)) {
    decodeArtifact(bytes)
    return bytes
  }
  if (bytes[0] === 0x80 || (bytes[0] === 0x50 && bytes[1] === 0x4b)) {
    const ydf = bytes[0] === 0x80 ? null : await ydfFromZip(bytes, from.file)
    if (ydf !== null) return adoptedYdf(ydf, asked)
    const what = bytes[0] === 0x80 ? 'a pickle, which is never opened' : 'an archive, which is never unpacked'
    throw new Fault('DATA_INVALID', `'${from.file}' looks like ${what}: export the model as one .onnx file`)
  }
  const { schema, sample } = await described(asked)
  const draft = {
    bytes,
    ...schema,
    modelClasses,
    runtime: output === undefined ? undefined : { output },
  }
  return sample === null ? onnxArtifact(draft) : adoptOnnx(draft, sample)
}

async function adoptedYdf(payload: Uint8Array, asked: AdoptAsked): Promise<Uint8Array> {
  const { schema, sample } = await described(asked)
  return adoptYdf({ payload, ...schema, modelClasses: asked.modelClasses }, sample)
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/** What the model reads and says: from the sample, or as the server knows it. */
async function described(asked: AdoptAsked): Promise<{ readonly schema: ModelSchema; readonly sample: Frame | null }> {
  const { sample, label, kind, positive, known, features } = asked
  if (sample === undefined || label === undefined) {
    if (known === null) {
      throw new Fault('USAGE', 'nobody knows yet what the model reads: show it rows with --sample FILE --label COLUMN')
    }
    return { schema: { task: known.task, features: inOrder(known.features, features) }, sample: null }
  }
  const table = (await readTable(sample)).frame
  const column = findColumn(table, label)
  if (column === undefined) {
    const names = table.columns.map(({ name }) => name).join(', ')
    throw new Fault('COLUMN_UNKNOWN', `'${sample}' has no column '${label}'; it has: ${names}`)
  }
  const rows = frame(table.columns.filter(({ name }) => name !== label))
  const task = known?.task ?? readTask(column, { kind, positive }).task
  return { schema: { task, features: inOrder(known?.features ?? schemaOf(rows), features) }, sample: rows }
}

/** The features in the model's own order. */
function inOrder(all: ModelSchema['features'], wanted: readonly string[] | undefined): ModelSchema['features'] {
  if (wanted === undefined) return all
  return wanted.map((name) => {
    const found = all.find((feature) => feature.name === name)
    if (found !== undefined) return found
    throw new Fault(
      'COLUMN_UNKNOWN',
      `there is no feature '${name}'; there are: ${all.map((one) => one.name).join(', ')}`,
    )
  })
}

async function read(path: string): Promise<Uint8Array> {
  return new Uint8Array(
    await readFile(path).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'ENOENT') throw new Fault('FILE_MISSING', `there is no file '${path}'`, {}, error)
      throw new Fault('FILE_UNREADABLE', `'${path}' cannot be read: ${String(code)}`, {}, error)
    }),
  )
}
