import { predictedClass } from '../stats/metrics/labelled-rows.ts'
import type { Task } from './schema.ts'

/** Labels of consecutive rows: class codes, or values for regression. NaN where there is none yet. */
export type Labels = Float64Array

/**
 * What one version said about consecutive rows.
 * `scores` is row-major with `scoresPerRow(task)` numbers a row: P(positive), one probability a class, or the value.
 */
export type Scores = Float32Array

/** Class codes (P > ½ → 1 for two classes; the likeliest, the lower code on a tie, for more), or values, one a row. */
export function predictions(task: Task, scores: Scores): Float64Array {
  if (task.kind === 'regression') return Float64Array.from(scores)
  const classes = task.classes.length
  const rows = task.kind === 'binary' ? scores.length : scores.length / classes
  const input = { kind: task.kind, classes, scores, labels: NO_LABELS }
  return Float64Array.from({ length: rows }, (_, row) => predictedClass(input, row))
}

const NO_LABELS = new Float64Array(0)

/** Labels or scores of consecutive windows as one array. */
export function joined<T extends Labels | Scores>(parts: readonly T[], make: new (length: number) => T): T {
  const all = new make(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
