import type { Frame } from './frame.ts'
import type { Labels } from './labels.ts'
import { type LateColumn, latenessOf } from './lateness.ts'
import { type LoneScore, loneScores } from './lone-scores.ts'
import { learnLayout } from './profile-layout.ts'
import type { Task } from './schema.ts'

/** Facts of rows and labels together: how often each class occurs, and what gives the label away. */
export interface LabelFacts {
  /** Rows with a label. */
  readonly labelled: number
  readonly unlabelled: number
  /** Labelled rows by class; null for a number that is predicted. */
  readonly classes: ReadonlyMap<string, number> | null
  /** How well each column alone predicts the label. */
  readonly alone: readonly LoneScore[]
  /** What the presence of each column's value tells about the label. */
  readonly late: readonly LateColumn[]
}

/** Measures rows whose labels have matured: NaN where there is none yet. @param features without the label */
export function labelFacts(task: Task, features: Frame, labels: Labels): LabelFacts {
  const layout = learnLayout(features)
  let unlabelled = 0
  for (const label of labels) if (Number.isNaN(label)) unlabelled++
  return {
    labelled: labels.length - unlabelled,
    unlabelled,
    classes: classCounts(task, labels),
    alone: loneScores(task, { features, layout, labels }),
    late: features.columns.map((column) => latenessOf(task, column, labels)),
  }
}

/** Labelled rows by class, every class of the task; null for regression. */
function classCounts(task: Task, labels: Labels): ReadonlyMap<string, number> | null {
  if (task.kind === 'regression') return null
  const counts = new Map<string, number>(task.classes.map((name) => [name, 0]))
  for (const label of labels) {
    const name = task.classes[label]
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}
