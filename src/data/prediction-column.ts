import { Fault } from '../base/fault.ts'
import type { Column } from './frame.ts'
import type { Task } from './schema.ts'

/** How a recorded prediction is to be read. */
export type PredictionForm = 'class' | 'probability' | 'value'

/** Predictions as a file has them, in the terms of the label. */
export interface RecordedPredictions {
  readonly form: PredictionForm
  /** Class codes (of a probability: 1 where P > ½), or values. NaN where there is none. */
  readonly predicted: Float64Array
}

const MOST_NAMED = 10

/**
 * Reads a column of recorded predictions: values for a regression, else the label's own classes, or for two classes the
 * probability of the positive one.
 *
 * @throws Fault DATA_INVALID when a value is none of these; it names the first such row, counted from 1
 */
export function readPredictions(column: Column, task: Task): RecordedPredictions {
  if (column.kind === 'time')
    throw new Fault('DATA_INVALID', `prediction '${column.name}' is a time; it must be ${allowed(task)}`)
  if (task.kind === 'regression') {
    if (column.kind === 'numeric') return { form: 'value', predicted: known(column, (value) => value) }
    throw new Fault(
      'DATA_INVALID',
      `prediction '${column.name}' is ${column.kind}; the predictions of a regression are numbers`,
    )
  }
  const codeOf = new Map(task.classes.map((text, code) => [text, code]))
  const textOf = classText(column, codeOf)
  const asClasses = known(column, (value) => codeOf.get(textOf(value)) ?? Number.NaN)
  const odd = firstOdd(column, (row) => !Number.isNaN(asClasses[row]))
  if (odd < 0) return { form: 'class', predicted: asClasses }
  if (task.kind === 'binary' && column.kind === 'numeric') {
    const beyond = firstOdd(column, (row) => column.values[row]! >= 0 && column.values[row]! <= 1)
    if (beyond < 0) return { form: 'probability', predicted: known(column, (p) => (p > 0.5 ? 1 : 0)) }
    refuse(column, beyond, task)
  }
  refuse(column, odd, task)
}

function refuse(column: Exclude<Column, { kind: 'time' }>, row: number, task: Task): never {
  const value = column.kind === 'categorical' ? column.categories[column.values[row]!] : String(column.values[row])
  throw new Fault('DATA_INVALID', `prediction '${column.name}' must be ${allowed(task)}; row ${row + 1} is '${value}'`)
}

function allowed(task: Task): string {
  if (task.kind === 'regression') return 'a number'
  const named = task.classes.slice(0, MOST_NAMED).map((text) => `'${text}'`)
  const more = task.classes.length > MOST_NAMED ? ', …' : ''
  const classes = `one of the label's classes ${named.join(', ')}${more}`
  return task.kind === 'binary' ? `${classes}, or the probability of '${task.classes[1]}' in [0, 1]` : classes
}

/** A truth value also stands for the classes 0 and 1. */
function classText(column: Column, codeOf: ReadonlyMap<string, number>): (value: number) => string {
  if (column.kind === 'categorical') return (value) => column.categories[value] ?? ''
  if (column.kind === 'boolean' && !codeOf.has('true')) return String
  if (column.kind === 'boolean') return (value) => (value === 1 ? 'true' : 'false')
  return codeOf.has('true') ? (value) => ({ '0': 'false', '1': 'true' })[String(value)] ?? String(value) : String
}

function known(column: Column, read: (value: number) => number): Float64Array {
  return Float64Array.from(column.values, (value, row) => (column.missing[row] === 1 ? Number.NaN : read(value)))
}

/** The first row with a value that does not fit; −1 when all do. */
function firstOdd(column: Column, fits: (row: number) => boolean): number {
  for (let row = 0; row < column.values.length; row++) if (column.missing[row] === 0 && !fits(row)) return row
  return -1
}
