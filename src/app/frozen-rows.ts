import { isAbsolute, join } from 'node:path'
import { Fault } from '../base/fault.ts'
import { type Column, findColumn, frame } from '../data/frame.ts'
import type { Labels } from '../data/labels.ts'
import { frameOfRows } from '../data/records.ts'
import type { Schema, Task } from '../data/schema.ts'
import type { GateConfig } from '../gates/catalog.ts'
import { readTable } from '../store/files/read-table.ts'
import type { FrozenRows } from './replay-world.ts'

type MustPass = Extract<GateConfig, { gate: 'must-pass' }>

interface FrozenTerms {
  /** Where relative paths are seen from. */
  readonly folder: string
  /** Column with the outcome, unless a gate names another. */
  readonly label: string
  readonly task: Task
  /** Of the model's features. */
  readonly schema: Schema
}

/**
 * The frozen rows of those gates that name some, ready to be scored.
 *
 * @throws Fault CONFIG_INVALID when a row does not fit the features or the classes; as `readTable` for a file
 */
export async function frozenRowsOf(
  gates: readonly GateConfig[],
  terms: FrozenTerms,
): Promise<ReadonlyMap<GateConfig, FrozenRows>> {
  const frozen = new Map<GateConfig, FrozenRows>()
  for (const [at, gate] of gates.entries()) {
    if (gate.gate !== 'must-pass') continue
    frozen.set(gate, await rowsOf(gate, `gates[${at}]`, terms))
  }
  return frozen
}

async function rowsOf(
  gate: MustPass,
  where: string,
  { folder, label, task, schema }: FrozenTerms,
): Promise<FrozenRows> {
  if (gate.file === undefined) {
    const rows = gate.rows ?? []
    const named = frameOfRows(
      rows.map((row) => row.features),
      schema,
      where,
    )
    const wanted = rows.map(({ expect }) => expect)
    return { features: named, expected: expectedOf(task, wanted, where) }
  }
  const path = isAbsolute(gate.file) ? gate.file : join(folder, gate.file)
  return readFrozen(path, { schema, task, label: gate.label ?? label })
}

async function readFrozen(
  path: string,
  { schema, task, label }: { readonly schema: Schema; readonly task: Task; readonly label: string },
): Promise<FrozenRows> {
  const kinds = Object.fromEntries(schema.map(({ name, kind }) => [name, kind]))
  const { frame: table } = await readTable(path, { kinds })
  const columnCalled = (name: string): Column => {
    const column = findColumn(table, name)
    if (column === undefined) throw new Fault('COLUMN_UNKNOWN', `the frozen rows of '${path}' have no column '${name}'`)
    return column
  }
  const outcome = columnCalled(label)
  const wanted = Array.from({ length: table.rows }, (_, row) => valueAt(outcome, row))
  return {
    features: frame(schema.map(({ name }) => columnCalled(name))),
    expected: expectedOf(task, wanted, `the frozen rows of '${path}'`),
  }
}

function valueAt(column: Column, row: number): string | number | boolean | null {
  if (column.missing[row] === 1) return null
  const value = column.values[row] as number
  if (column.kind === 'categorical') return column.categories[value] ?? null
  return column.kind === 'boolean' ? value === 1 : value
}

/** Class codes, or values. */
function expectedOf(task: Task, wanted: readonly (string | number | boolean | null)[], where: string): Labels {
  return Float64Array.from(wanted, (value, at) => {
    if (task.kind === 'regression') {
      if (typeof value === 'number') return value
      throw new Fault('CONFIG_INVALID', `${where}: row ${at + 1} must expect a number; got '${value}'`)
    }
    const code = value === null ? -1 : task.classes.indexOf(String(value))
    if (code >= 0) return code
    const classes = task.classes.slice(0, 20).join(', ')
    throw new Fault('CONFIG_INVALID', `${where}: row ${at + 1} must expect one of ${classes}; got '${value}'`)
  })
}
