import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Fault } from '../base/fault.ts'
import { COLUMN_KINDS } from '../data/schema.ts'

/** The only layout this version writes and reads. A new layout gets a new number; an old reader then says so. */
const ARTIFACT_FORMAT = 1

/**
 * What kind of model it is, and so which runtime can score it. `ydf` is a forest that somebody else trained, with column
 * names of its own. The payload of `http` is an address, not a model.
 */
export const LEARNERS = ['ydf-gradient-boosting', 'ydf-random-forest', 'ydf', 'onnx', 'command', 'http'] as const
export type Learner = (typeof LEARNERS)[number]

const TaskShape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('binary'), classes: z.tuple([z.string(), z.string()]).readonly() }),
  z.strictObject({ kind: z.literal('multiclass'), classes: z.array(z.string()).min(2).readonly() }),
  z.strictObject({ kind: z.literal('regression') }),
])

/** Options of an ONNX model, for files whose names say nothing. */
const RuntimeShape = z.strictObject({
  /** Which feature each input takes, where inputs are not called as the features are. */
  inputs: z.record(z.string(), z.string()).optional(),
  /** The output that holds the probabilities or the value. */
  output: z.string().optional(),
})

const HeaderShape = z
  .strictObject({
    format: z.literal(ARTIFACT_FORMAT),
    learner: z.enum(LEARNERS),
    task: TaskShape,
    /** What the model was trained on, in this order: a column's place is its name inside the payload. */
    features: z.array(z.strictObject({ name: z.string(), kind: z.enum(COLUMN_KINDS) })).readonly(),
    /** The classes in the learner's own order (YDF: by falling frequency). Empty for regression. */
    modelClasses: z.array(z.string()).readonly(),
    /** Labelled rows offered to the learner; null where nobody knows, as of an adopted model. */
    givenRows: z.int().min(1).nullable(),
    /** Rows it learned from: fewer than given when the trainer drew a sample. Null where nobody knows. */
    trainedRows: z.int().min(1).nullable(),
    /** What the model's file does not say of itself. Absent: the runtime finds out. */
    runtime: RuntimeShape.optional(),
    payloadSha256: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .refine((h) => (h.trainedRows ?? 0) <= (h.givenRows ?? Infinity), 'more rows trained than given')
  .refine((h) => h.runtime === undefined || h.learner === 'onnx', 'only an ONNX model has options of its runtime')
  .refine(modelClassesFit, "the learner's classes are not those of the task")

export type ArtifactHeader = z.output<typeof HeaderShape>
export type ArtifactDraft = Omit<ArtifactHeader, 'format' | 'payloadSha256'>

const MAGIC = new TextEncoder().encode('KEEPFIT\0')
const VERSION_AT = 8
const HEADER_BYTES_AT = 12
const PAYLOAD_BYTES_AT = 16
const HEADER_DIGEST_AT = 20
const HEADER_AT = 52

/**
 * One model as bytes: magic (8) · format (u32) · header bytes (u32) · payload bytes (u32) · SHA-256 of the header (32) ·
 * header (JSON) · payload; integers little-endian. The same draft and payload give the same bytes, and every byte is
 * covered by a check.
 * @param payload the learner's own file, < 4 GiB
 */
export function encodeArtifact(draft: ArtifactDraft, payload: Uint8Array): Uint8Array {
  const { learner, task, features, modelClasses, givenRows, trainedRows, runtime } = draft
  // Written key by key: the order of keys is part of the bytes, and so of the artifact's id.
  const header = new TextEncoder().encode(
    JSON.stringify({
      format: ARTIFACT_FORMAT,
      learner,
      task: task.kind === 'regression' ? { kind: task.kind } : { kind: task.kind, classes: task.classes },
      features: features.map(({ name, kind }) => ({ name, kind })),
      modelClasses,
      givenRows,
      trainedRows,
      // Left out rather than null: an artifact without them has the bytes that it always had.
      ...(runtime === undefined ? {} : { runtime: runtimeInOrder(runtime) }),
      payloadSha256: sha256(payload).toString('hex'),
    }),
  )
  const bytes = new Uint8Array(HEADER_AT + header.length + payload.length)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC, 0)
  view.setUint32(VERSION_AT, ARTIFACT_FORMAT, true)
  view.setUint32(HEADER_BYTES_AT, header.length, true)
  view.setUint32(PAYLOAD_BYTES_AT, payload.length, true)
  bytes.set(sha256(header), HEADER_DIGEST_AT)
  bytes.set(header, HEADER_AT)
  bytes.set(payload, HEADER_AT + header.length)
  return bytes
}

/**
 * Reads what `encodeArtifact` wrote. `payload` shares memory with `bytes`.
 * @throws Fault ARTIFACT_CORRUPT, naming what is wrong, when any byte differs from what was written
 */
export function decodeArtifact(bytes: Uint8Array): { header: ArtifactHeader; payload: Uint8Array } {
  if (bytes.length < HEADER_AT) throw corrupt(`it is ${bytes.length} bytes; the shortest is ${HEADER_AT}`)
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) throw corrupt("it does not begin with 'KEEPFIT'")
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = view.getUint32(VERSION_AT, true)
  if (version !== ARTIFACT_FORMAT) throw corrupt(`its format is ${version}; this version reads ${ARTIFACT_FORMAT}`)
  const payloadAt = HEADER_AT + view.getUint32(HEADER_BYTES_AT, true)
  const end = payloadAt + view.getUint32(PAYLOAD_BYTES_AT, true)
  if (end !== bytes.length) throw corrupt(`it is ${bytes.length} bytes; its own lengths add up to ${end}`)

  const headerBytes = bytes.subarray(HEADER_AT, payloadAt)
  const written = bytes.subarray(HEADER_DIGEST_AT, HEADER_AT)
  if (sha256(headerBytes).compare(written) !== 0) throw corrupt('its header does not match its digest')
  const header = parseHeader(headerBytes)
  const payload = bytes.subarray(payloadAt, end)
  if (sha256(payload).toString('hex') !== header.payloadSha256) throw corrupt('its payload does not match its digest')
  return { header, payload }
}

/** The artifact's id: SHA-256 of all its bytes, 64 hexadecimal digits. */
export function artifactDigest(bytes: Uint8Array): string {
  return sha256(bytes).toString('hex')
}

function runtimeInOrder({ inputs, output }: z.output<typeof RuntimeShape>) {
  const ordered = Object.entries(inputs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    ...(inputs === undefined ? {} : { inputs: Object.fromEntries(ordered) }),
    ...(output === undefined ? {} : { output }),
  }
}

function parseHeader(bytes: Uint8Array): ArtifactHeader {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw corrupt('its header is not JSON', error)
  }
  const parsed = HeaderShape.safeParse(json)
  if (!parsed.success) throw corrupt(`its header is not valid: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

function modelClassesFit({
  task,
  modelClasses,
}: {
  task: z.output<typeof TaskShape>
  modelClasses: readonly string[]
}) {
  if (task.kind === 'regression') return modelClasses.length === 0
  const distinct = new Set(modelClasses)
  return (
    modelClasses.length >= 2 &&
    distinct.size === modelClasses.length &&
    modelClasses.every((name) => task.classes.includes(name))
  )
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function corrupt(what: string, cause?: unknown): Fault {
  return new Fault('ARTIFACT_CORRUPT', `the model artifact cannot be used: ${what}`, {}, cause)
}
