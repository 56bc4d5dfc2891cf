import { Fault } from '../base/fault.ts'
import type { Column } from './frame.ts'
import type { Labels } from './labels.ts'
import type { Task, TaskKind } from './schema.ts'

/** A whole-number label with no more distinct values than this is read as classes, unless the user says otherwise. */
const MOST_NUMERIC_CLASSES = 10
/** More classes than this have no table of the patch test worth keeping, and are mostly an id column by mistake. */
const MOST_CLASSES = 100

export interface TaskWish {
  readonly kind?: TaskKind | undefined
  /** Binary: the label that counts as positive; default the last in order. */
  readonly positive?: string | undefined
}

/**
 * Reads a label column as a task: what is predicted, and each row's class code or value (NaN where missing).
 *
 * Two distinct values are binary; text, truth values and up to 10 distinct whole numbers are classes; other numbers are
 * regression. Classes are ordered: numbers by value, text by code point, false before true.
 *
 * @throws Fault DATA_INVALID when no row has a label, only one class exists, or the column does not fit the wish
 */
export function readTask(column: Column, wish: TaskWish = {}): { readonly task: Task; readonly labels: Labels } {
  if (column.kind === 'time')
    throw new Fault('DATA_INVALID', `label '${column.name}' is a time; it must be a number, a truth value or text`)
  const distinct = distinctValues(column)
  if (distinct.length === 0) throw new Fault('DATA_INVALID', `label '${column.name}' has no value in any row`)
  if (distinct.length === 1) {
    throw new Fault(
      'DATA_INVALID',
      `label '${column.name}' has one value only, '${distinct[0]?.text}'; at least two are needed to learn anything`,
    )
  }
  const kind = wish.kind ?? inferKind(column, distinct)
  if (kind === 'regression') {
    if (column.kind !== 'numeric')
      throw new Fault('DATA_INVALID', `label '${column.name}' is ${column.kind}; regression needs numbers`)
    return {
      task: { kind },
      labels: Float64Array.from(column.values, (value, row) => (column.missing[row] ? Number.NaN : value)),
    }
  }
  if (distinct.length > MOST_CLASSES) {
    throw new Fault(
      'DATA_INVALID',
      `label '${column.name}' has ${distinct.length} classes; at most ${MOST_CLASSES} are allowed`,
    )
  }
  if (kind === 'binary' && distinct.length !== 2) {
    throw new Fault(
      'DATA_INVALID',
      `label '${column.name}' has ${distinct.length} distinct values; a binary task has 2`,
    )
  }
  const ordered = kind === 'binary' ? positiveLast(column.name, distinct, wish.positive) : distinct
  const codeOf = new Map(ordered.map((value, code) => [value.raw, code]))
  const labels = Float64Array.from(column.values, (raw, row) =>
    column.missing[row] ? Number.NaN : (codeOf.get(raw) ?? Number.NaN),
  )
  const classes = ordered.map((value) => value.text)
  if (kind === 'binary') return { task: { kind, classes: [classes[0]!, classes[1]!] }, labels }
  return { task: { kind, classes }, labels }
}

interface LabelValue {
  /** As it stands in the column's typed array. */
  readonly raw: number
  readonly text: string
}

function distinctValues(column: Exclude<Column, { kind: 'time' }>): LabelValue[] {
  const seen = new Set<number>()
  for (const [row, raw] of column.values.entries()) if (!column.missing[row]) seen.add(raw)
  const values = [...seen].map((raw) => ({ raw, text: textOf(column, raw) }))
  return column.kind === 'categorical'
    ? values.sort((a, b) => (a.text < b.text ? -1 : 1))
    : values.sort((a, b) => a.raw - b.raw)
}

function textOf(column: Exclude<Column, { kind: 'time' }>, raw: number): string {
  if (column.kind === 'categorical') return column.categories[raw]!
  if (column.kind === 'boolean') return raw === 1 ? 'true' : 'false'
  return String(raw)
}

function inferKind(column: Column, distinct: readonly LabelValue[]): TaskKind {
  if (distinct.length === 2) return 'binary'
  if (column.kind !== 'numeric') return 'multiclass'
  const isWhole = distinct.every(({ raw }) => Number.isInteger(raw))
  return isWhole && distinct.length <= MOST_NUMERIC_CLASSES ? 'multiclass' : 'regression'
}

function positiveLast(
  name: string,
  distinct: readonly LabelValue[],
  positive: string | undefined,
): readonly LabelValue[] {
  if (positive === undefined) return distinct
  const rest = distinct.filter((value) => value.text !== positive)
  const wanted = distinct.filter((value) => value.text === positive)
  if (wanted.length === 1) return [...rest, ...wanted]
  const allowed = distinct.map((value) => `'${value.text}'`).join(' and ')
  throw new Fault(
    'DATA_INVALID',
    `the positive class of label '${name}' must be one of its values, ${allowed}; got '${positive}'`,
  )
}
