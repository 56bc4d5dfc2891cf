import type { Column } from '../../data/frame.ts'

/** Rows that have something in common, in time order. */
export interface Slice {
  readonly feature: string
  /** What they have in common: a category, a range, or that nothing is there. */
  readonly name: string
  readonly rows: Int32Array
}

/** Categories after the most frequent ones are one slice, so that a column of ids does not make thousands. */
const MOST_CATEGORIES = 20
const QUARTERS = 4

/**
 * Cuts the rows by what a feature says: one slice for each category (of many the 20 most frequent, and the rest) or truth
 * value, quartiles of numbers and times (fewer where values repeat), and one slice for rows where it is missing.
 */
export function slicesOf(column: Column): Slice[] {
  const keyOf =
    column.kind === 'categorical' ? byCategory(column) : column.kind === 'boolean' ? null : byQuartile(column)
  const rowsOf = new Map<string, number[]>()
  for (let row = 0; row < column.missing.length; row++) {
    const value = column.values[row] as number
    const name =
      column.missing[row] === 1 ? 'missing' : keyOf === null ? (value === 1 ? 'true' : 'false') : keyOf(value)
    const rows = rowsOf.get(name)
    if (rows === undefined) rowsOf.set(name, [row])
    else rows.push(row)
  }
  const slices = Array.from(rowsOf, ([name, rows]) => ({ feature: column.name, name, rows: Int32Array.from(rows) }))
  return slices.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

type Named = (value: number) => string

function byCategory({ categories, values }: Extract<Column, { kind: 'categorical' }>): Named {
  const counts = new Float64Array(categories.length)
  for (const code of values) if (code >= 0) counts[code] = (counts[code] as number) + 1
  const byCount = Array.from(counts.keys()).sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b)
  const kept = new Set(byCount.slice(0, MOST_CATEGORIES))
  return (code) => (kept.has(code) ? `'${categories[code]}'` : 'all other values')
}

function byQuartile({ values, missing }: Extract<Column, { kind: 'numeric' | 'time' }>): Named {
  const sorted = Float64Array.from(values.filter((_, row) => missing[row] === 0)).sort()
  const cuts = [1, 2, 3].map((k) => sorted[Math.ceil((k * sorted.length) / QUARTERS) - 1] as number)
  // An edge at the largest value would leave an empty slice above it.
  const edges = [...new Set(cuts)].filter((edge) => edge < (sorted.at(-1) as number))
  const text = (value: number) => String(Number(value.toPrecision(6)))
  return (value) => {
    const at = edges.filter((edge) => value > edge).length
    const [from, to] = [edges[at - 1], edges[at]]
    const order = edges.length === 0 ? '' : `${at + 1} of ${edges.length + 1}: `
    if (from === undefined) return to === undefined ? 'any number' : `${order}up to ${text(to)}`
    return to === undefined ? `${order}above ${text(from)}` : `${order}${text(from)} to ${text(to)}`
  }
}
