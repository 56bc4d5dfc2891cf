import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unpackFiles } from '../../base/packed-files.ts'
import { sampleWithoutReplacement, seededRng } from '../../base/rng.ts'
import { MODEL_FOLDER } from '../../data/command-model.ts'
import { type Column, type Frame, schemaOf, takeRows } from '../../data/frame.ts'
import {
  DEFAULT_LABEL,
  labelColumn,
  type TableFormat,
  TRAINING_LAYOUT,
  type TrainingSchema,
  trainingTable,
  WEIGHT_COLUMN,
} from '../../data/training-layout.ts'
import { decodeArtifact } from '../../models/artifact.ts'
import type { TableFiles, TrainingInput } from '../trainer.ts'

/**
 * Writes what a training learns from: the rows that have a label, and what their columns mean.
 * @throws Fault DATA_INVALID when two columns would share a name
 */
export async function writeTrainingInput(
  input: TrainingInput,
  {
    workFolder,
    format,
    tables,
  }: { readonly workFolder: string; readonly format: TableFormat; readonly tables: TableFiles },
): Promise<TrainingSchema> {
  const label = labelColumn(input.labelName ?? DEFAULT_LABEL, input.task, input.labels)
  const { weights = null, id = null, time = null } = input
  const schema: TrainingSchema = {
    format: 1,
    task: input.task,
    features: schemaOf(input.features),
    label: label.name,
    weight: weights === null ? null : WEIGHT_COLUMN,
    id: id?.name ?? null,
    time: time?.name ?? null,
    rows: input.features.rows,
    seed: input.seed,
  }
  const table = trainingTable(input.features, { label, weights, id, time })
  await mkdir(join(workFolder, TRAINING_LAYOUT.input), { recursive: true })
  await tables.writeFrame(table, join(workFolder, TRAINING_LAYOUT.train[format]), format)
  await writeSchema(workFolder, schema)
  return schema
}

export async function writeSchema(workFolder: string, schema: TrainingSchema): Promise<void> {
  await writeFile(join(workFolder, TRAINING_LAYOUT.schema), `${JSON.stringify(schema, null, 1)}\n`)
}

/** At most `maxRows` of the rows, drawn by the seed, in their own order. */
export function sampledInput(input: TrainingInput, maxRows: number): TrainingInput {
  const { features, labels, weights, id, time } = input
  if (labels.length <= maxRows) return input
  const rows = Int32Array.from(sampleWithoutReplacement(labels.length, maxRows, seededRng(input.seed))).sort()
  const column = (one: Column | undefined) =>
    one === undefined ? undefined : takeRows({ rows: features.rows, columns: [one] }, rows).columns[0]
  const numbers = (values: Float64Array) => Float64Array.from(rows, (row) => values[row] ?? Number.NaN)
  const [newId, newTime] = [column(id), column(time)]
  return {
    ...input,
    features: takeRows(features, rows),
    labels: numbers(labels),
    ...(weights === undefined ? {} : { weights: numbers(weights) }),
    ...(newId === undefined ? {} : { id: newId }),
    ...(newTime === undefined ? {} : { time: newTime }),
  }
}

/** An output folder without what an earlier attempt left. */
export async function freshOutput(workFolder: string): Promise<void> {
  await rm(join(workFolder, TRAINING_LAYOUT.output), { recursive: true, force: true })
  await mkdir(join(workFolder, TRAINING_LAYOUT.output), { recursive: true })
}

/** The files of the model that is live now, as the command that made them left them. Nothing for other kinds of models. */
export async function writePrevious(workFolder: string, artifact: Uint8Array | null): Promise<void> {
  const folder = join(workFolder, TRAINING_LAYOUT.previous)
  await rm(folder, { recursive: true, force: true })
  for (const [name, bytes] of previousFiles(artifact)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), bytes)
  }
}

function previousFiles(artifact: Uint8Array | null): ReadonlyMap<string, Uint8Array> {
  if (artifact === null) return new Map()
  const { header, payload } = decodeArtifact(artifact)
  if (header.learner === 'onnx') return new Map([['model.onnx', payload]])
  if (header.learner !== 'command') return new Map()
  const own = [...unpackFiles(payload)].filter(([name]) => name.startsWith(MODEL_FOLDER))
  return new Map(own.map(([name, bytes]) => [name.slice(MODEL_FOLDER.length), bytes]))
}

/** Only the columns of these names, in this order. */
export function columnsOf(table: Frame, names: readonly string[]): Column[] {
  return names.flatMap((name) => table.columns.filter((column) => column.name === name))
}
