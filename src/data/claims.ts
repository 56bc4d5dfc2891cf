import { type Labels, predictions, type Scores } from './labels.ts'
import type { Task } from './schema.ts'

/** What a version claims of each row, as one number: P(class 1), the probability of the class it gives, or the value. */
export function claimsOf(task: Task, scores: Scores): Float64Array {
  if (task.kind !== 'multiclass') return Float64Array.from(scores)
  const classes = task.classes.length
  return predictions(task, scores).map((code, row) => scores[row * classes + code]!)
}

/** Whether it was so, by row: the label itself, or 1 where the class given is the label, else 0. NaN without a label. */
export function outcomesOf(task: Task, labels: Labels, scores: Scores): Float64Array {
  if (task.kind !== 'multiclass') return labels
  return predictions(task, scores).map((code, row) => {
    const label = labels[row]!
    return Number.isNaN(label) ? Number.NaN : code === label ? 1 : 0
  })
}
