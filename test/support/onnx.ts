import { readFileSync } from 'node:fs'
import { type Frame, frame } from '../../src/data/frame.ts'
import type { Schema, Task } from '../../src/data/schema.ts'
import { type OnnxDraft, onnxArtifact } from '../../src/models/onnx-artifact.ts'
import { openScorer } from '../../src/runtimes/catalog.ts'
import { numeric } from './forests.ts'

const FOLDER = new URL('../onnx/', import.meta.url)

/** One of the models that test/onnx/make_models.py writes. */
export function onnxFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`${name}.onnx`, FOLDER)))
}

interface Expected<Row> {
  readonly rows: readonly Row[]
  /** What scikit-learn says: an array a row for classes, a number for a value or one probability. */
  readonly said: readonly (number | readonly number[])[]
}

/** The rows that a model was asked about when it was made, and what its maker answered. */
export function expected<Row = number[]>(name: string): Expected<Row> {
  return JSON.parse(readFileSync(new URL('expected.json', FOLDER), 'utf8')).expected[name]
}

export const PAIR: Task = { kind: 'binary', classes: ['no', 'yes'] }

/** `count` numeric features called x0, x1 … */
export function numbers(count: number): Schema {
  return Array.from({ length: count }, (_, i) => ({ name: `x${i}`, kind: 'numeric' }))
}

/** Rows of numbers as columns x0, x1 … */
export function rowsOf(rows: readonly (readonly (number | null)[])[]): Frame {
  const width = rows[0]?.length ?? 0
  return frame(
    Array.from({ length: width }, (_, i) =>
      numeric(
        `x${i}`,
        rows.map((row) => row[i] ?? null),
      ),
    ),
  )
}

/** A committed model as an artifact; by default of two numbers and two classes. */
export function artifactOf(name: string, draft: Partial<OnnxDraft> = {}): Uint8Array {
  return onnxArtifact({ bytes: onnxFile(name), task: PAIR, features: numbers(2), ...draft })
}

/** What a committed model says about rows. */
export async function scored(name: string, rows: Frame, draft: Partial<OnnxDraft> = {}): Promise<number[]> {
  const scorer = await openScorer(artifactOf(name, draft))
  try {
    return [...(await scorer.score(rows))]
  } finally {
    scorer.close()
  }
}
