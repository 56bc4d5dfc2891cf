import type { DuckDBConnection } from '@duckdb/node-api'
import type { ColumnKind } from '../../data/schema.ts'
import type { Cell, Shape } from './cell.ts'
import { checkColumnName } from './column-names.ts'
import type { ColumnPlan } from './column-plan.ts'
import { planColumn } from './column-plan.ts'
import type { OpenTable } from './open-table.ts'
import type { Part } from './part.ts'
import type { Tally } from './tally.ts'
import { addTallies, emptyTally, tallyCells, uniformTally } from './tally.ts'

export interface PlanOptions {
  readonly kinds?: Readonly<Record<string, ColumnKind>> | undefined
  readonly timeColumn?: string | undefined
  readonly columns?: readonly string[] | undefined
  /** Whole numbers too large for a Float64 need no note, which saves a scan. */
  readonly isRoundingFine?: boolean | undefined
}

/** A column, how its values look, and what it is read as. */
export interface PlannedColumn {
  readonly plan: ColumnPlan
  readonly tally: Tally
}

const SHAPE_OF_KIND = {
  numeric: 'number',
  boolean: 'flag',
  time: 'moment',
  categorical: 'word',
} as const satisfies Record<ColumnKind, Shape>

/**
 * Looks at the columns that are wanted, as far as their types do not tell, and decides what each is read as.
 *
 * @throws Fault COLUMN_UNKNOWN for a name in `options` that no file has
 */
export async function planTable(
  connection: DuckDBConnection,
  table: OpenTable,
  options: PlanOptions,
): Promise<readonly PlannedColumn[]> {
  const kinds = new Map(Object.entries(options.kinds ?? {}))
  const named = [...kinds.keys(), ...(options.columns ?? [])]
  if (options.timeColumn !== undefined) named.push(options.timeColumn)
  for (const name of named) checkColumnName(table.pattern, name, table.names)
  const wanted = new Set(options.columns ?? table.names)
  if (options.timeColumn !== undefined) wanted.add(options.timeColumn)
  const names = table.names.filter((name) => wanted.has(name))

  const cells = table.parts.map(cellsByName)
  const mustLook = names.filter(
    (name) =>
      kinds.has(name) ||
      name === options.timeColumn ||
      isOpen(cells, name) ||
      (options.isRoundingFine !== true && mayRound(cells, name)),
  )
  const tallies = new Map(names.map((name) => [name, emptyTally()]))
  const add = (name: string, tally: Tally) => tallies.set(name, addTallies(tallies.get(name) ?? emptyTally(), tally))
  for (const [p, part] of table.parts.entries()) {
    const here = cells[p] as ReadonlyMap<string, Cell>
    const looked = mustLook.filter((name) => here.has(name))
    const found = await tallyCells(
      connection,
      part,
      looked.map((name) => here.get(name) as Cell),
    )
    for (const [i, name] of looked.entries()) add(name, found[i] as Tally)
    for (const name of names) {
      const settled = here.get(name)?.settled
      if (!here.has(name)) add(name, uniformTally('missing', part.rows))
      else if (settled !== undefined && !mustLook.includes(name))
        add(name, uniformTally(SHAPE_OF_KIND[settled], part.rows))
    }
  }
  return names.map((name) => {
    const tally = tallies.get(name) as Tally
    const settled = isOpen(cells, name) ? undefined : settledKind(cells, name)
    const plan = planColumn({ name, tally, settled, asked: kinds.get(name), isTimeColumn: name === options.timeColumn })
    return { plan: { ...plan, notes: [...unusualNotes(table.parts, name), ...plan.notes] }, tally }
  })
}

function cellsByName(part: Part): ReadonlyMap<string, Cell> {
  return new Map(part.columns.map(({ name, cell }) => [name, cell]))
}

/** Whether only the values can tell the kind of a column. */
function isOpen(cells: readonly ReadonlyMap<string, Cell>[], name: string): boolean {
  const found = cells.flatMap((here) => here.get(name) ?? [])
  return found.some((cell) => cell.settled === undefined || cell.settled !== found[0]?.settled)
}

/** Whether a column has to be scanned for whole numbers too large for a Float64. */
function mayRound(cells: readonly ReadonlyMap<string, Cell>[], name: string): boolean {
  return cells.some((here) => here.get(name)?.settled === 'numeric' && here.get(name)?.whole !== undefined)
}

function settledKind(cells: readonly ReadonlyMap<string, Cell>[], name: string): ColumnKind | undefined {
  return cells.flatMap((here) => here.get(name) ?? [])[0]?.settled
}

function unusualNotes(parts: readonly Part[], name: string): string[] {
  for (const part of parts) {
    const unusual = part.columns.find((column) => column.name === name)?.cell.unusual
    if (unusual !== undefined) return [`column '${name}' ${unusual}; it was read as categories of text`]
  }
  return []
}
