import { Fault } from '../base/fault.ts'
import type { Schema, Task } from '../data/schema.ts'
import { type ArtifactDraft, encodeArtifact } from './artifact.ts'
import { readOnnxFile } from './onnx-file.ts'

export interface OnnxDraft {
  /** The `.onnx` file. */
  readonly bytes: Uint8Array
  readonly task: Task
  /** What it must be given; a model of one tensor takes them in this order. */
  readonly features: Schema
  /** The classes in the order of its probabilities. Default: those in the file; else the task's, sorted. */
  readonly modelClasses?: readonly string[] | undefined
  /** Labelled rows offered and learned from; left out where nobody knows. */
  readonly givenRows?: number | null | undefined
  readonly trainedRows?: number | null | undefined
  readonly runtime?: ArtifactDraft['runtime'] | undefined
}

/**
 * Wraps an ONNX file as an artifact. Nothing is run: whether it scores is for the runtime to say.
 * @returns the encoded artifact, the same for the same draft
 * @throws Fault ARTIFACT_CORRUPT when the bytes are no ONNX model, its weights are in other files, or its classes are
 * not those of the task
 */
export function onnxArtifact({ bytes, task, features, modelClasses, ...rest }: OnnxDraft): Uint8Array {
  const { classes } = readOnnxFile(bytes)
  const { givenRows = null, trainedRows = null, runtime } = rest
  return encodeArtifact(
    {
      learner: 'onnx',
      task,
      features,
      modelClasses: task.kind === 'regression' ? [] : classesOf(task.classes, classes, modelClasses),
      givenRows,
      trainedRows,
      ...(runtime === undefined ? {} : { runtime }),
    },
    bytes,
  )
}

/**
 * Many scripts turn labels into 0, 1, 2 … before they train, and their model then names those: its own names count only
 * where the task knows them all. The encoders of scikit-learn number the sorted labels, so sorted is the best guess.
 */
function classesOf(
  ofTask: readonly string[],
  ofFile: readonly string[] | null,
  given: readonly string[] | undefined,
): readonly string[] {
  const isNamed = ofFile?.every((name) => ofTask.includes(name)) ?? false
  const named = isNamed ? ofFile : null
  const chosen = given ?? named ?? sorted(ofTask)
  if (named !== null && given !== undefined && JSON.stringify(named) !== JSON.stringify(given)) {
    throw wrong(`its own classes are, in this order, ${list(named)}; it was said to have ${list(given)}`)
  }
  const stranger = chosen.find((name) => !ofTask.includes(name))
  if (stranger !== undefined) throw wrong(`it was said to know a class '${stranger}'; the task has ${list(ofTask)}`)
  if (new Set(chosen).size !== chosen.length) throw wrong(`a class is named twice in ${list(chosen)}`)
  if (ofFile !== null && ofFile.length !== chosen.length) {
    throw wrong(
      `it tells ${ofFile.length} classes apart (${list(ofFile)}), and ${list(chosen)} are ${chosen.length}; ` +
        'say which it knows, in the order of its probabilities (modelClasses)',
    )
  }
  if (chosen.length < 2) throw wrong(`it knows ${list(chosen)}; a classifier needs two classes at least`)
  return chosen
}

/** Numbers by value, other texts by code point: the order of `numpy.unique`, by which scikit-learn numbers classes. */
function sorted(classes: readonly string[]): readonly string[] {
  const areNumbers = classes.every((name) => name.trim() !== '' && Number.isFinite(Number(name)))
  return [...classes].sort((a, b) =>
    areNumbers ? Number(a) - Number(b) : Buffer.compare(Buffer.from(a), Buffer.from(b)),
  )
}

const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ')

function wrong(what: string): Fault {
  return new Fault('ARTIFACT_CORRUPT', `the ONNX model does not fit the task: ${what}`)
}
