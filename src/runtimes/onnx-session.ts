import type { InferenceSession } from 'onnxruntime-node'
import { errorText } from '../base/error-text.ts'
import { Fault } from '../base/fault.ts'
import { type OnnxFacts, readOnnxFile } from '../models/onnx-file.ts'

/** An input or output of an ONNX model. */
export interface OnnxValue {
  readonly name: string
  /** `float32`, `float64`, `int64`, `string`, `bool` …; `map` for what is no tensor, such as ZipMap's. */
  readonly type: string
  /** Its dimensions; null where any size is allowed. */
  readonly shape: readonly (number | null)[]
}

export interface OnnxDescription extends OnnxFacts {
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
}

/** An ONNX model in memory. */
export interface OnnxSession {
  readonly facts: OnnxFacts
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
  readonly session: InferenceSession
}

/** More threads, or operators side by side, are slower on the few rows of a request, and take cores from the others. */
const OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  // Its log goes to stderr past everything of ours; what matters it also throws.
  logSeverityLevel: 4,
}

/**
 * Loads an ONNX model from memory; nothing is read from any file.
 * @throws Fault ARTIFACT_CORRUPT when it is none, keeps weights in other files, or asks for what this runtime lacks
 */
export async function openOnnx(bytes: Uint8Array): Promise<OnnxSession> {
  const facts = readOnnxFile(bytes)
  const { InferenceSession } = await runtime()
  try {
    const session = await InferenceSession.create(bytes, OPTIONS)
    return {
      facts,
      session,
      inputs: session.inputMetadata.map(described),
      outputs: session.outputMetadata.map(described),
    }
  } catch (error) {
    throw new Fault('ARTIFACT_CORRUPT', `the ONNX model cannot be used: ${plain(error)}`, {}, error)
  }
}

/** Loaded when the first ONNX model is: a process without one does not pay for the native library. */
export async function runtime(): Promise<typeof import('onnxruntime-node')> {
  try {
    return await import('onnxruntime-node')
  } catch (error) {
    throw new Fault('SCORER_UNAVAILABLE', `onnxruntime does not run on this machine: ${plain(error)}`, {}, error)
  }
}

/** A type and a shape as they are written in messages: `float32 [any, 3]`. */
export function shapeText({ type, shape }: OnnxValue): string {
  return `${type} [${shape.map((size) => size ?? 'any').join(', ')}]`
}

/** What onnxruntime said, without the places in its own source. */
export function plain(error: unknown): string {
  const said = errorText(error)
  const opset = /Opset (\d+) is under development.*support for domain (\S+) is till opset (\d+)/s.exec(said)
  if (opset !== null) {
    return `it needs operator set ${opset[1]} of ${opset[2]}; this version reads up to ${opset[3]} (export it with a lower target_opset)`
  }
  const [line = ''] = said.replace(/^\/\S*onnxruntime\S* .*\) (?=[A-Z])/, '').split('\n')
  return line.length > 300 ? `${line.slice(0, 300)} …` : line
}

function described(value: InferenceSession.ValueMetadata): OnnxValue {
  if (!value.isTensor) return { name: value.name, type: 'map', shape: [] }
  const shape = value.shape.map((size) => (typeof size === 'number' && size >= 0 ? size : null))
  return { name: value.name, type: value.type, shape }
}
