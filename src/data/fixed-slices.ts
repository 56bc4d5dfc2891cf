import { binOf } from '../stats/histogram.ts'
import { type Column, type Frame, findColumn } from './frame.ts'

/** How rows are cut by one feature, the same way in every window. Plain data, so that it can be saved. */
export interface FixedSlices {
  readonly feature: string
  readonly kind: 'numeric' | 'categorical' | 'boolean'
  /** Numbers: cut points, ascending. */
  readonly edges: readonly number[]
  /** One name a slice, such as `colour = red` or `age < 31`; the last slice holds the rows without a value. */
  readonly names: readonly string[]
  /** Categories: the text of each slice but the last. */
  readonly texts: readonly string[]
}

/** A row of a category that has no slice. */
export const NO_SLICE = -1
const CATEGORIES = 20
const QUARTILES = 4

/**
 * Learns how to cut rows by each feature: quartiles of numbers, truth values, the 20 most frequent categories; rows
 * without a value are a slice of their own, rows of other categories are in none. Times are not cut.
 */
export function learnSlices(reference: Frame): FixedSlices[] {
  return reference.columns.flatMap((column) => slicesBy(column) ?? [])
}

function slicesBy(column: Column): FixedSlices | null {
  const gap = `${column.name} = (no value)`
  const base = { feature: column.name, edges: [], texts: [] }
  switch (column.kind) {
    case 'numeric': {
      const edges = quartilesOf(column.values, column.missing)
      return { ...base, kind: column.kind, edges, names: [...rangeNames(column.name, edges), gap] }
    }
    case 'categorical': {
      const texts = frequentTexts(column.values, column.categories)
      return { ...base, kind: column.kind, texts, names: [...texts.map((text) => `${column.name} = ${text}`), gap] }
    }
    case 'boolean':
      return { ...base, kind: column.kind, names: [`${column.name} = false`, `${column.name} = true`, gap] }
    case 'time':
      return null
  }
}

/**
 * The slice of each row, as an index into `names`; NO_SLICE where it has none, also when the column is gone or of
 * another kind.
 */
export function sliceCodes(source: Frame, slices: FixedSlices): Int16Array {
  const column = findColumn(source, slices.feature)
  const codes = new Int16Array(source.rows).fill(NO_SLICE)
  if (column === undefined || column.kind !== slices.kind) return codes
  const gap = slices.names.length - 1
  const codeOf = coder(column, slices)
  for (let row = 0; row < codes.length; row++) {
    const value = column.values[row]!
    codes[row] = column.missing[row] === 1 || Number.isNaN(value) ? gap : codeOf(value)
  }
  return codes
}

function coder(column: Column, { edges, texts }: FixedSlices): (value: number) => number {
  if (column.kind === 'numeric') return (value) => binOf(value, edges)
  if (column.kind !== 'categorical') return (value) => value
  const byText = new Map(texts.map((text, code) => [text, code]))
  const byCode = column.categories.map((text) => byText.get(text) ?? NO_SLICE)
  return (value) => byCode[value] ?? NO_SLICE
}

/** Distinct quartiles above the smallest value, so that no slice is empty in the reference. */
function quartilesOf(values: Float64Array, missing: Uint8Array): number[] {
  const sorted = values.filter((value, row) => missing[row] === 0 && !Number.isNaN(value)).sort()
  const edges: number[] = []
  for (let k = 1; k < QUARTILES; k++) {
    const edge = sorted[Math.floor((sorted.length * k) / QUARTILES)]
    if (edge !== undefined && edge > (edges.at(-1) ?? sorted[0]!)) edges.push(edge)
  }
  return edges
}

function rangeNames(feature: string, edges: readonly number[]): string[] {
  const shown = edges.map((edge) => String(Number(edge.toPrecision(4))))
  if (shown.length === 0) return [`${feature} = (any)`]
  return Array.from({ length: shown.length + 1 }, (_, bin) => {
    if (bin === 0) return `${feature} < ${shown[0]}`
    return bin === shown.length ? `${feature} ≥ ${shown[bin - 1]}` : `${feature} = ${shown[bin - 1]} to ${shown[bin]}`
  })
}

function frequentTexts(values: Int32Array, categories: readonly string[]): string[] {
  const rows = new Float64Array(categories.length)
  for (const code of values) if (code >= 0) rows[code]! += 1
  const seen = [...rows.keys()].filter((code) => rows[code]! > 0)
  seen.sort((a, b) => rows[b]! - rows[a]! || (categories[a]! < categories[b]! ? -1 : 1))
  return seen.slice(0, CATEGORIES).map((code) => categories[code]!)
}
