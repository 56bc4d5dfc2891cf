import type { Column } from './frame.ts'
import type { Scores } from './labels.ts'
import { readPredictions } from './prediction-column.ts'
import { scoresPerRow, type Task } from './schema.ts'

/** Recorded predictions in the form that metrics read. */
export interface RecordedScores {
  /** As a scorer would have given them; a predicted class is the probability 1 of it. NaN where there is none. */
  readonly scores: Scores
  /** Whether rows can be ranked by them: predicted classes alone say nothing of how sure the model was. */
  readonly isGraded: boolean
}

/** @throws Fault DATA_INVALID when a value is no prediction of the task */
export function recordedScores(column: Column, task: Task): RecordedScores {
  const { form, predicted } = readPredictions(column, task)
  if (form === 'value') return { scores: Float32Array.from(predicted), isGraded: true }
  if (form === 'probability') {
    const graded = Float32Array.from(column.values, (p, row) => (column.missing[row] === 1 ? Number.NaN : p))
    return { scores: graded, isGraded: true }
  }
  const width = scoresPerRow(task)
  const scores = new Float32Array(predicted.length * width)
  for (const [row, code] of predicted.entries()) {
    if (Number.isNaN(code)) scores.fill(Number.NaN, row * width, (row + 1) * width)
    else if (width === 1) scores[row] = code
    else scores[row * width + code] = 1
  }
  return { scores, isGraded: false }
}
