import type { Column } from './frame.ts'
import type { ColumnKind } from './schema.ts'

/**
 * How a frame's columns are written for Yggdrasil Decision Forests: a part of the artifact's format, because the trainer
 * and the runtime must write the same value in the same way. A user's names and texts never become YDF's: columns are
 * called by their place, texts carry a prefix, so an empty text, `<OOD>` or `__proto__` is a text like any other.
 */
export const YDF_LABEL = 'y'

/** YDF's splitter misplaces larger numbers (its own warning names 1e31). Clipping keeps their order. */
const LARGEST = 1e30
const GAP_TEXT = 'm'
const HERE_TEXT = 'v'

/** The name of the feature at place `index` of the schema. */
export function ydfColumnName(index: number): string {
  return `f${index}`
}

/** The place in the schema of the feature that YDF calls `name`; −1 when `name` is not of our making. */
export function ydfColumnIndex(name: string): number {
  return /^f\d+$/.test(name) ? Number(name.slice(1)) : -1
}

/**
 * The column as numbers, 32 bits precise as YDF keeps them; a missing or infinite value is `gap`. YDF wants NaN in
 * training and null in prediction; swapped, its answers are silently wrong.
 * @param column any kind but categorical; a boolean is 0 or 1, a time is milliseconds (precise to two minutes)
 */
export function ydfNumbers<G>(column: Column, gap: G): (number | G)[] {
  const { values, missing } = column
  const out = new Array<number | G>(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    out[i] = missing[i] || !Number.isFinite(value) ? gap : clipped(value)
  }
  return out
}

/**
 * The column as texts, with missing as a text of its own: YDF itself would not tell it from a category it never saw.
 * A column of another kind says only whether there is a value: for columns that have one value, and gaps.
 */
export function ydfTexts(column: Column): string[] {
  const { values, missing } = column
  const texts = column.kind === 'categorical' ? column.categories.map((text) => `${HERE_TEXT}:${text}`) : null
  const out = new Array<string>(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (missing[i] || !Number.isFinite(value)) out[i] = GAP_TEXT
    else out[i] = texts ? (texts[value] as string) : HERE_TEXT
  }
  return out
}

/** What YDF calls the columns of a model that somebody else trained; others, such as sets of words, cannot be written. */
export const YDF_TYPES = ['NUMERICAL', 'BOOLEAN', 'CATEGORICAL'] as const
export type YdfType = (typeof YDF_TYPES)[number]

/** Whether a column of a kind can be written as what a model asks for: a truth value is not guessed from a number. */
export function canBeYdf(kind: ColumnKind, type: YdfType): boolean {
  switch (type) {
    case 'NUMERICAL':
      return kind !== 'categorical'
    case 'BOOLEAN':
      return kind === 'boolean'
    case 'CATEGORICAL':
      return kind !== 'time'
  }
}

/**
 * The column as YDF's own Python package writes it, for a model that was trained there: a missing value and an empty text
 * are `null`, infinite numbers stay, whole numbers and truth values that the model knows as categories are their texts.
 * @param column of a kind that `canBeYdf`
 */
export function ydfNamedColumn(column: Column, type: YdfType): (number | string | null)[] {
  const { values, missing } = column
  return Array.from(values, (value, row) => {
    if (missing[row] || Number.isNaN(value)) return null
    if (type !== 'CATEGORICAL') return Math.fround(value)
    const text = textOf(column, value)
    return text === '' ? null : text
  })
}

function textOf(column: Column, value: number): string {
  if (column.kind === 'categorical') return column.categories[value] ?? ''
  return column.kind === 'boolean' ? String(value === 1) : String(value)
}

function clipped(value: number): number {
  return Math.fround(Math.max(-LARGEST, Math.min(LARGEST, value)))
}
