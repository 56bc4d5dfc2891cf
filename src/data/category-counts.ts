import type { CategoricalColumn } from './frame.ts'

/**
 * Rows by the category's text, of categories that rows have: a column may list more
 * of them than its rows use. Rows without a value are not counted.
 */
export function rowsByCategory({ values, missing, categories }: CategoricalColumn): Map<string, number> {
  const counts = new Float64Array(categories.length)
  for (let row = 0; row < values.length; row++) if (missing[row] === 0) counts[values[row]!]! += 1
  const seen = new Map<string, number>()
  for (const [code, text] of categories.entries()) if (counts[code]! > 0) seen.set(text, counts[code]!)
  return seen
}
