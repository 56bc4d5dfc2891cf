import { Fault } from '../base/fault.ts'
import type { EventValue } from './event.ts'
import { type Column, frame } from './frame.ts'
import type { ModelSchema } from './model-schema.ts'
import type { ColumnKind, ColumnSchema } from './schema.ts'
import { readTask, type TaskWish } from './task.ts'

/** What is known of a model's rows beforehand. */
export interface FeatureWish extends TaskWish {
  readonly features?: readonly string[] | undefined
  readonly ignore?: readonly string[] | undefined
  readonly kinds?: Readonly<Record<string, ColumnKind>> | undefined
}

/** One prediction as an event told it, with its newest label; null where there is none. */
export interface SeenRow {
  readonly features: Readonly<Record<string, EventValue>>
  readonly label: EventValue
}

/**
 * What a model's rows are, as the first of them show it: features in the order in which they were first seen, numbers,
 * texts and truth values as such; the task from the labels. A feature that came as two kinds is text.
 *
 * @throws Fault DATA_INVALID when there is no feature or no label to learn it from, or as `readTask`
 */
export function learnedSchema(rows: Iterable<SeenRow>, wish: FeatureWish): ModelSchema {
  const kinds = new Map<string, ColumnKind>()
  const labels: EventValue[] = []
  for (const { features, label } of rows) {
    labels.push(label)
    for (const [name, value] of Object.entries(features)) {
      if (value === null) continue
      const kind = kindOf(value)
      const known = kinds.get(name)
      kinds.set(name, known === undefined || known === kind ? kind : 'categorical')
    }
  }
  const ignored = new Set(wish.ignore ?? [])
  const names = wish.features ?? [...kinds.keys()].filter((name) => !ignored.has(name))
  const features = names.map(
    (name): ColumnSchema => ({ name, kind: wish.kinds?.[name] ?? kinds.get(name) ?? 'numeric' }),
  )
  if (features.length === 0)
    throw new Fault('DATA_INVALID', 'the predictions of the first windows name no feature; at least one is needed')
  return { task: readTask(labelColumn(labels), wish).task, features }
}

function kindOf(value: Exclude<EventValue, null>): ColumnKind {
  if (typeof value === 'number') return 'numeric'
  return typeof value === 'boolean' ? 'boolean' : 'categorical'
}

/** The labels as one column: of one kind where all are, else as texts. */
function labelColumn(labels: readonly EventValue[]): Column {
  const missing = Uint8Array.from(labels, (label) => (label === null ? 1 : 0))
  const there = labels.filter((label) => label !== null)
  const name = 'label'
  if (there.every((label) => typeof label === 'number')) {
    const values = Float64Array.from(labels, (label) => (typeof label === 'number' ? label : Number.NaN))
    return single({ name, kind: 'numeric', values, missing })
  }
  if (there.every((label) => typeof label === 'boolean'))
    return single({
      name,
      kind: 'boolean',
      values: Uint8Array.from(labels, (label) => (label === true ? 1 : 0)),
      missing,
    })
  const texts = labels.map((label) => (label === null ? null : String(label)))
  const categories = [...new Set(texts.filter((text) => text !== null))]
  const codeOf = new Map(categories.map((text, code) => [text, code]))
  const values = Int32Array.from(texts, (text) => (text === null ? -1 : (codeOf.get(text) ?? -1)))
  return single({ name, kind: 'categorical', values, missing, categories })
}

/** Checked as a frame is. */
function single(column: Column): Column {
  return frame([column]).columns[0] ?? column
}
