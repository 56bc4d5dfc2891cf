import type { Column } from './frame.ts'
import type { Labels } from './labels.ts'
import type { Task } from './schema.ts'

/** Rows in which a column has a value, out of all rows of a kind. */
export interface Presence {
  readonly present: number
  readonly rows: number
}

/** Where a column has values: what is filled in only after the outcome shows there. */
export interface LateColumn {
  readonly column: string
  readonly labelled: Presence
  readonly unlabelled: Presence
  /** By class; empty for a number that is predicted. */
  readonly byClass: readonly (Presence & { readonly name: string })[]
}

/** Counts where a column has values. `labels` are class codes or values, NaN where there is none yet. */
export function latenessOf(task: Task, column: Column, labels: Labels): LateColumn {
  const classes = task.kind === 'regression' ? [] : task.classes
  const present = new Float64Array(classes.length + 2)
  const rows = new Float64Array(classes.length + 2)
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!
    const isPresent = column.missing[row] === 0 && !Number.isNaN(column.values[row]!) ? 1 : 0
    const kind = classes.length + (Number.isNaN(label) ? 1 : 0)
    rows[kind]! += 1
    present[kind]! += isPresent
    if (Number.isNaN(label) || classes.length === 0) continue
    rows[label]! += 1
    present[label]! += isPresent
  }
  const at = (kind: number): Presence => ({ present: present[kind]!, rows: rows[kind]! })
  return {
    column: column.name,
    labelled: at(classes.length),
    unlabelled: at(classes.length + 1),
    byClass: classes.map((name, code) => ({ name, ...at(code) })),
  }
}
