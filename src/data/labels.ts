import type { Task } from './schema.ts'

/** Labels of consecutive rows: class codes, or values for regression. NaN where there is none yet. */
export type Labels = Float64Array

/**
 * What one version said about consecutive rows.
 * `scores` is row-major with `scoresPerRow(task)` numbers a row: P(positive), one probability a class, or the value.
 */
export type Scores = Float32Array

/**
 * The predicted class code of row `row` (P > ½ → 1 for two classes; the likeliest class, the lower code on a tie, for
 * more), or the predicted value.
 */
export function predictionAt(task: Task, scores: Scores, row: number): number {
  if (task.kind === 'regression') return scores[row]!
  if (task.kind === 'binary') return scores[row]! > 0.5 ? 1 : 0
  const classes = task.classes.length
  let best = 0
  for (let c = 1; c < classes; c++) if (scores[row * classes + c]! > scores[row * classes + best]!) best = c
  return best
}
