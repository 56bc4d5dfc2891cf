import { Fault } from '../base/fault.ts'
import type { Frame } from '../data/frame.ts'
import type { Schema, Task } from '../data/schema.ts'
import { canBeYdf, YDF_TYPES } from '../data/ydf-columns.ts'
import { encodeArtifact } from '../models/artifact.ts'
import { asGiven, tried } from './adopt.ts'
import { describeYdf } from './ydf.ts'

export interface YdfDraft {
  /** The files of the folder that `model.save(folder)` left, as a zip whose bytes depend on them alone. */
  readonly payload: Uint8Array
  readonly task: Task
  /** All that is known; the model says which of them it reads, by name. */
  readonly features: Schema
  /** Said by the user; must then be what the model says. */
  readonly modelClasses?: readonly string[] | undefined
}

/**
 * Makes an artifact of a YDF model that somebody else trained. Its inputs are features of the same name; it says itself in
 * which order its classes stand.
 * @param sample rows on which it is tried, ≥ 1; null: it is only loaded
 * @throws Fault DATA_INVALID when it is no YDF model, or reads or tells what the task and the features are not ·
 * SCORING_FAILED when it gives no numbers for the sample
 */
export function adoptYdf(draft: YdfDraft, sample: Frame | null): Promise<Uint8Array> {
  return asGiven(async () => {
    const { inputs, classes } = await describeYdf(draft.payload)
    refuseOtherClasses(draft, classes)
    const artifact = encodeArtifact(
      {
        learner: 'ydf',
        task: draft.task,
        features: inputs.map((input) => featureOf(input, draft.features)),
        modelClasses: classes,
        givenRows: null,
        trainedRows: null,
      },
      draft.payload,
    )
    return sample === null ? artifact : tried(artifact, sample, {})
  })
}

function featureOf({ name, type }: { readonly name: string; readonly type: string }, features: Schema) {
  const known = YDF_TYPES.find((one) => one === type)
  if (known === undefined) {
    throw misfit(`it reads '${name}' as ${type}; what can be written is ${YDF_TYPES.join(', ')}`)
  }
  const feature = features.find((one) => one.name === name)
  if (feature === undefined) {
    throw misfit(`it needs the feature '${name}'; there are ${features.map((one) => one.name).join(', ')}`)
  }
  if (canBeYdf(feature.kind, known)) return { name, kind: feature.kind }
  throw misfit(`it learned '${name}' as ${type}; the data has it as ${feature.kind}`)
}

function refuseOtherClasses({ task, modelClasses }: YdfDraft, classes: readonly string[]): void {
  if (task.kind === 'regression') {
    if (classes.length === 0) return
    throw misfit(`it tells ${classes.join(', ')} apart; the task is regression`)
  }
  if (classes.length < 2) throw misfit(`it names no classes; the task has ${task.classes.join(', ')}`)
  const stranger = classes.find((name) => !task.classes.includes(name))
  if (stranger !== undefined) throw misfit(`it knows a class '${stranger}'; the task has ${task.classes.join(', ')}`)
  if (modelClasses === undefined || JSON.stringify(modelClasses) === JSON.stringify(classes)) return
  throw misfit(
    `its own classes are, in this order, ${classes.join(', ')}; it was said to have ${modelClasses.join(', ')}`,
  )
}

function misfit(what: string): Fault {
  return new Fault('DATA_INVALID', `the YDF model does not fit: ${what}`)
}
