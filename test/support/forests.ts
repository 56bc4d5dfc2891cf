import type { Column, Frame } from '../../src/data/frame.ts'
import { predictions, type Scores } from '../../src/data/labels.ts'
import type { Task } from '../../src/data/schema.ts'
import { loadYdf } from '../../src/runtimes/ydf.ts'
import { type BuiltInTrainerId, builtInTrainers } from '../../src/trainers/catalog.ts'

export function numeric(name: string, values: readonly (number | null)[]): Column {
  const missing = Uint8Array.from(values, (value) => (value === null ? 1 : 0))
  return { kind: 'numeric', name, values: Float64Array.from(values, (value) => value ?? Number.NaN), missing }
}

export function boolean(name: string, values: readonly (boolean | null)[]): Column {
  const missing = Uint8Array.from(values, (value) => (value === null ? 1 : 0))
  return { kind: 'boolean', name, values: Uint8Array.from(values, (value) => (value ? 1 : 0)), missing }
}

/** `categories` fixes the codes; by default they are in order of first sight, as a file reader gives them. */
export function categorical(name: string, texts: readonly (string | null)[], categories?: readonly string[]): Column {
  const known = categories ?? [...new Set(texts.filter((text) => text !== null))]
  const values = Int32Array.from(texts, (text) => (text === null ? -1 : known.indexOf(text)))
  return {
    kind: 'categorical',
    name,
    values,
    missing: Uint8Array.from(values, (v) => (v < 0 ? 1 : 0)),
    categories: known,
  }
}

export function rows<T>(count: number, value: (row: number) => T): T[] {
  return Array.from({ length: count }, (_, row) => value(row))
}

export async function learned(id: BuiltInTrainerId, task: Task, features: Frame, labels: readonly number[]) {
  const artifact = await builtInTrainers.get(id).fit({ task, features, labels: Float64Array.from(labels), seed: 1 }, {})
  return { artifact, scorer: await loadYdf(artifact) }
}

export function accuracy(task: Task, scores: Scores, labels: readonly number[]): number {
  const said = predictions(task, scores)
  return labels.filter((label, row) => said[row] === label).length / labels.length
}
