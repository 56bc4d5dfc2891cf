import type { DuckDBConnection } from '@duckdb/node-api'
import type { Cell, Shape } from './cell.ts'
import { SHAPES } from './cell.ts'
import { fileFault, rowsOf } from './duck-db.ts'
import type { Part } from './part.ts'

/** How the values of one column look, over all files. */
export interface Tally {
  /** Values of each shape. */
  readonly counts: Readonly<Record<Shape, number>>
  /** Whole numbers of 2^53 or more, which a Float64 may round. */
  readonly rounded: number
  /** Largest absolute number that is finite; 0 without any. */
  readonly largest: number
}

/** Columns looked at in one scan: each needs a dozen running numbers. */
const COLUMNS_PER_SCAN = 100

/** Whole numbers below this are exact in a Float64. */
const EXACT = 2 ** 53

export function emptyTally(): Tally {
  return { counts: { missing: 0, number: 0, flag: 0, moment: 0, blank: 0, word: 0, nested: 0 }, rounded: 0, largest: 0 }
}

export function addTallies(a: Tally, b: Tally): Tally {
  const counts = { ...a.counts }
  for (const shape of SHAPES) counts[shape] += b.counts[shape]
  return { counts, rounded: a.rounded + b.rounded, largest: Math.max(a.largest, b.largest) }
}

/** Everything a column can be known to hold without looking: `rows` values of one shape. */
export function uniformTally(shape: Shape, rows: number): Tally {
  const tally = emptyTally()
  return { ...tally, counts: { ...tally.counts, [shape]: rows } }
}

/** Scans `cells` of a file. Returns one tally a cell. */
export async function tallyCells(
  connection: DuckDBConnection,
  part: Part,
  cells: readonly Cell[],
): Promise<readonly Tally[]> {
  const tallies: Tally[] = []
  for (let from = 0; from < cells.length; from += COLUMNS_PER_SCAN) {
    const slice = cells.slice(from, from + COLUMNS_PER_SCAN)
    const given = slice.map((cell, i) => `${cell.text} AS x${i}, ${cell.number} AS d${i}`)
    const shaped = slice.map(
      (cell, i) => `${cell.shapeOf(`x${i}`, `d${i}`)} AS s${i}, d${i}, ${roundedSql(cell, i)} AS w${i}`,
    )
    const outer = slice.flatMap((_, i) => [
      ...SHAPES.map((shape, code) => `count(CASE WHEN s${i} = ${code} THEN 1 END)::DOUBLE AS ${shape}${i}`),
      `count(CASE WHEN w${i} THEN 1 END)::DOUBLE AS rounded${i}`,
      `coalesce(max(CASE WHEN isfinite(d${i}) THEN abs(d${i}) END), 0) AS largest${i}`,
    ])
    try {
      const [found = {}] = await rowsOf(
        connection,
        `SELECT ${outer.join(', ')} FROM (SELECT ${shaped.join(', ')} FROM (SELECT *, ${given.join(', ')} FROM ${part.from}))`,
      )
      slice.forEach((_, i) => {
        tallies.push(tallyOf(found, i))
      })
    } catch (error) {
      throw fileFault(error, part.path)
    }
  }
  return tallies
}

function roundedSql(cell: Cell, i: number): string {
  if (cell.whole === undefined) return 'false'
  return `CASE WHEN abs(d${i}) >= ${EXACT} THEN isfinite(d${i}) AND ${cell.whole} ELSE false END`
}

function tallyOf(found: Readonly<Record<string, unknown>>, i: number): Tally {
  const counts = { ...emptyTally().counts }
  for (const shape of SHAPES) counts[shape] = Number(found[`${shape}${i}`])
  return { counts, rounded: Number(found[`rounded${i}`]), largest: Number(found[`largest${i}`]) }
}
