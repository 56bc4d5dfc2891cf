import { Fault } from '../base/fault.ts'
import { type Column, type Frame, findColumn } from '../data/frame.ts'
import type { Schema } from '../data/schema.ts'

/**
 * The frame's columns in the order of the model's features; columns that it does not need are left out.
 * @throws Fault DATA_INVALID when a feature is absent or of another kind
 */
export function matchColumns(frame: Frame, features: Schema): Column[] {
  return features.map(({ name, kind }) => {
    const column = findColumn(frame, name)
    if (column === undefined)
      throw new Fault('DATA_INVALID', `the model needs the feature '${name}'; the data lacks it`)
    if (column.kind === kind) return column
    throw new Fault('DATA_INVALID', `the model learned '${name}' as ${kind}; the data has it as ${column.kind}`)
  })
}
