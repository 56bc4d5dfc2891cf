/** What a column holds. Decides how it is summarised, compared and learned from. */
export const COLUMN_KINDS = ['numeric', 'categorical', 'boolean', 'time'] as const
export type ColumnKind = (typeof COLUMN_KINDS)[number]

export interface ColumnSchema {
  readonly name: string
  readonly kind: ColumnKind
}

/** Columns in file order. */
export type Schema = readonly ColumnSchema[]

/** What is predicted. `classes` are the label's values in code order; binary: classes[1] is the positive class. */
export type Task =
  | { readonly kind: 'binary'; readonly classes: readonly [string, string] }
  | { readonly kind: 'multiclass'; readonly classes: readonly string[] }
  | { readonly kind: 'regression' }

export type TaskKind = Task['kind']

/** Numbers a scorer gives for a row: P(positive) · one probability a class · the predicted value. */
export function scoresPerRow(task: Task): number {
  return task.kind === 'multiclass' ? task.classes.length : 1
}
