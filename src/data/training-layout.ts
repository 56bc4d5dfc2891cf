import { z } from 'zod'
import { Fault } from '../base/fault.ts'
import { type Column, type Frame, frame } from './frame.ts'
import type { Labels } from './labels.ts'
import { COLUMN_KINDS, type ColumnKind, type Task } from './schema.ts'

/**
 * The folder of one training: what a trainer finds and what it leaves, by path inside the folder. The same for a
 * built-in trainer and for a command; `docs/trainers.md` describes it for whoever writes one.
 */
export const TRAINING_LAYOUT = {
  input: 'input',
  /** The rows, without those that have no label; `train.csv` where a command wants that. */
  train: { parquet: 'input/train.parquet', csv: 'input/train.csv' },
  schema: 'input/schema.json',
  hyperparameters: 'input/hyperparameters.json',
  /** The model that is live now, for a warm start. */
  previous: 'input/previous',
  output: 'output',
  onnx: 'output/model.onnx',
  /** What a built-in trainer leaves: the encoded artifact. */
  artifact: 'output/model.keepfit',
  metrics: 'output/metrics.json',
  /** The classes in the order of an ONNX model's probabilities, where that is not the sorted one. */
  classes: 'output/classes.json',
} as const

export type TableFormat = 'parquet' | 'csv'

/** Column of row weights, where there are any. */
export const WEIGHT_COLUMN = 'keepfit_weight'
/** Column of the label where nobody knows what it is called at home. */
export const DEFAULT_LABEL = 'label'

const Name = z.string().min(1)

/** `input/schema.json`: what the columns of the training file mean. */
export const TrainingSchema = z.strictObject({
  format: z.literal(1),
  task: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('binary'), classes: z.tuple([z.string(), z.string()]).readonly() }),
    z.strictObject({ kind: z.literal('multiclass'), classes: z.array(z.string()).min(2).readonly() }),
    z.strictObject({ kind: z.literal('regression') }),
  ]),
  /** Columns to learn from, in their order. */
  features: z.array(z.strictObject({ name: Name, kind: z.enum(COLUMN_KINDS) })).readonly(),
  label: Name,
  /** Columns that are no features; null where there is none. */
  weight: Name.nullable(),
  id: Name.nullable(),
  time: Name.nullable(),
  rows: z.int().min(0),
  seed: z.int().min(0),
})
export type TrainingSchema = z.output<typeof TrainingSchema>

/** What the label column is stored as: the classes' texts where they are nothing else. */
export function labelKind(task: Task): Exclude<ColumnKind, 'time'> {
  if (task.kind === 'regression') return 'numeric'
  if (task.classes.every((name) => name === 'true' || name === 'false')) return 'boolean'
  const isNumeric = task.classes.every((name) => String(Number(name)) === name && Number.isFinite(Number(name)))
  return isNumeric ? 'numeric' : 'categorical'
}

/** The label as a column that a script can read: numbers, truth values or texts, as they once came. */
export function labelColumn(name: string, task: Task, labels: Labels): Column {
  const missing = Uint8Array.from(labels, (value) => (Number.isNaN(value) ? 1 : 0))
  if (task.kind === 'regression') return { name, kind: 'numeric', values: Float64Array.from(labels), missing }
  const { classes } = task
  switch (labelKind(task)) {
    case 'boolean':
      return {
        name,
        kind: 'boolean',
        values: Uint8Array.from(labels, (code) => Number(classes[code] === 'true')),
        missing,
      }
    case 'numeric':
      return { name, kind: 'numeric', values: Float64Array.from(labels, (code) => Number(classes[code])), missing }
    case 'categorical': {
      const values = Int32Array.from(labels, (code) => (Number.isNaN(code) ? -1 : code))
      return { name, kind: 'categorical', values, missing, categories: classes }
    }
  }
}

/** The reverse of `labelColumn`: a class code or a value a row, NaN where there is none. */
export function labelsIn(column: Column, task: Task): Labels {
  const valueAt = (row: number) => column.values[row] ?? Number.NaN
  return Float64Array.from({ length: column.values.length }, (_, row) => {
    if (column.missing[row]) return Number.NaN
    if (task.kind === 'regression') return valueAt(row)
    const text =
      column.kind === 'categorical'
        ? (column.categories[valueAt(row)] ?? '')
        : column.kind === 'boolean'
          ? String(valueAt(row) === 1)
          : String(valueAt(row))
    const code = task.classes.indexOf(text)
    if (code < 0)
      throw new Fault('DATA_INVALID', `the training file has a class '${text}' that its schema does not name`)
    return code
  })
}

/** What a training table is made of beside the features. */
export interface TrainingColumns {
  readonly label: Column
  readonly weights: Float64Array | null
  readonly id: Column | null
  readonly time: Column | null
}

/**
 * Features, label, weight, id and time as one table.
 * @throws Fault DATA_INVALID when two of them share a name
 */
export function trainingTable(features: Frame, { label, weights, id, time }: TrainingColumns): Frame {
  const weight: Column | null =
    weights === null
      ? null
      : { name: WEIGHT_COLUMN, kind: 'numeric', values: weights, missing: new Uint8Array(weights.length) }
  const columns = [...features.columns, label, weight, id, time].filter((column) => column !== null)
  const names = new Set<string>()
  for (const { name } of columns) {
    if (names.has(name)) throw new Fault('DATA_INVALID', `two columns of the training file would be called '${name}'`)
    names.add(name)
  }
  return frame(columns)
}
