import type { Tensor, TypedTensor } from 'onnxruntime-node'
import { assert } from '../base/assert.ts'
import { Fault } from '../base/fault.ts'
import { type Column, sliceRows } from '../data/frame.ts'
import { scoresPerRow } from '../data/schema.ts'
import { type ArtifactHeader, decodeArtifact } from '../models/artifact.ts'
import { matchColumns } from './match-columns.ts'
import { type OnnxInput, planInputs, tensorData } from './onnx-inputs.ts'
import { chooseOutput } from './onnx-output.ts'
import { type OnnxSession, openOnnx, plain, runtime } from './onnx-session.ts'
import { placeScores } from './place-scores.ts'
import type { Scorer } from './runtime.ts'

/** Inputs and outputs of a slice live at once; larger ones cost memory and gain no speed. */
const SLICE_ROWS = 10_000

type Ort = typeof import('onnxruntime-node')

/**
 * Loads an ONNX model. Scoring blocks its thread, some µs a row.
 *
 * Features go in as numbers, truth values or texts by their kind; missing is NaN or '', infinities stay. What a model
 * makes of NaN, or of a text it never saw, is its own affair: skl2onnx 1.20 loses where a RandomForest or ExtraTrees
 * sends NaN (9 of 10 rows with a gap score otherwise; HistGradientBoosting keeps it), so let the pipeline impute.
 * @throws Fault ARTIFACT_CORRUPT when the bytes are not what was written, hold no usable ONNX model, or one whose inputs
 * and outputs do not fit the header
 */
export async function loadOnnx(artifact: Uint8Array): Promise<Scorer> {
  const { header, payload } = decodeArtifact(artifact)
  const { task, features, modelClasses } = header
  const ort = await runtime()
  const opened = await openOnnx(payload)
  const { inputs, batchRows, output } = await planned(opened, () => {
    refuseOtherClasses(header, opened.facts.classes)
    return {
      ...planInputs(opened.inputs, features, header.runtime?.inputs),
      output: chooseOutput(opened.outputs, task, header.runtime?.output),
    }
  })
  const step = batchRows ?? SLICE_ROWS
  let isOpen = true
  return {
    task,
    features,
    async score(frame) {
      assert(isOpen, 'a closed model was asked to score')
      const all = { rows: frame.rows, columns: matchColumns(frame, features) }
      const scores = new Float32Array(frame.rows * scoresPerRow(task))
      for (let from = 0; from < frame.rows; from += step) {
        const { rows, columns } = sliceRows(all, from, Math.min(frame.rows, from + step))
        const feeds = Object.fromEntries(
          inputs.map((input) => [input.name, tensorOf(ort, input, { rows, columns, from })]),
        )
        const said = await answered(opened, feeds, output)
        placeScores({ said, task, modelClasses, rows, scores, from })
      }
      return scores
    },
    close() {
      if (isOpen) void opened.session.release()
      isOpen = false
    },
  }
}

/** Probabilities under the wrong name are the one mistake that nothing later would notice. */
function refuseOtherClasses({ task, modelClasses }: ArtifactHeader, named: readonly string[] | null): void {
  if (task.kind === 'regression' || named === null || !named.every((name) => task.classes.includes(name))) return
  if (named.length === modelClasses.length && named.every((name, i) => name === modelClasses[i])) return
  throw new Fault(
    'ARTIFACT_CORRUPT',
    `the ONNX model names its classes ${named.join(', ')}, in this order; its artifact says ${modelClasses.join(', ')}`,
  )
}

/** A model that does not fit must not stay in memory. */
async function planned<T>({ session }: OnnxSession, plan: () => T): Promise<T> {
  try {
    return plan()
  } catch (error) {
    await session.release()
    throw error
  }
}

interface Rows {
  readonly rows: number
  readonly columns: readonly Column[]
  readonly from: number
}

function tensorOf(ort: Ort, input: OnnxInput, { rows, columns, from }: Rows): Tensor {
  const dims = input.isFlat ? [rows] : [rows, input.columns.length]
  return new ort.Tensor(input.type, tensorData(input, columns, rows, from), dims)
}

async function answered(
  { session }: OnnxSession,
  feeds: Record<string, Tensor>,
  output: string,
): Promise<Float32Array | Float64Array> {
  const answer = await session.run(feeds, [output]).catch((error: unknown) => {
    throw new Fault('SCORING_FAILED', `the ONNX model gave up: ${plain(error)}`, {}, error)
  })
  const tensor = answer[output]
  assert(tensor !== undefined && isNumbers(tensor), 'the output was chosen for its numbers')
  return tensor.data
}

function isNumbers(tensor: Tensor): tensor is TypedTensor<'float32'> | TypedTensor<'float64'> {
  return tensor.type === 'float32' || tensor.type === 'float64'
}
