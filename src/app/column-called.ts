import { Fault } from '../base/fault.ts'
import { type Column, type Frame, findColumn } from '../data/frame.ts'

/**
 * The column that somebody named.
 *
 * @param role what it was named as, for the message: `label`
 * @throws Fault COLUMN_UNKNOWN with the names that there are
 */
export function columnCalled(source: Frame, name: string, role: string): Column {
  const column = findColumn(source, name)
  if (column !== undefined) return column
  const names = source.columns.map((c) => `'${c.name}'`).join(', ')
  throw new Fault('COLUMN_UNKNOWN', `there is no ${role} column '${name}'; there are: ${names}`)
}
