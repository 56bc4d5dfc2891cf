import { Fault } from '../base/fault.ts'
import type { CategoricalColumn, Column } from './frame.ts'

/**
 * Two files' columns as one, the second below the first; categories are matched by their text.
 *
 * @throws Fault DATA_INVALID when the kinds differ
 */
export function stacked(first: Column, second: Column): Column {
  const missing = Uint8Array.from([...first.missing, ...second.missing])
  if (first.kind === 'categorical' && second.kind === 'categorical') return stackedCategories(first, second, missing)
  if (first.kind !== second.kind || first.kind === 'categorical' || second.kind === 'categorical') {
    const seen = `${first.kind} in one file and ${second.kind} in the other`
    throw new Fault('DATA_INVALID', `column '${first.name}' is ${seen}; it must be of one kind`)
  }
  const { name, kind } = first
  if (kind === 'boolean') {
    return { name, kind, missing, values: Uint8Array.from([...first.values, ...second.values]) }
  }
  const values = new Float64Array(missing.length)
  values.set(first.values)
  values.set(second.values, first.values.length)
  return { name, kind, missing, values }
}

function stackedCategories(first: CategoricalColumn, second: CategoricalColumn, missing: Uint8Array): Column {
  const codeOf = new Map(first.categories.map((text, code) => [text, code]))
  for (const text of second.categories) if (!codeOf.has(text)) codeOf.set(text, codeOf.size)
  const recoded = second.categories.map((text) => codeOf.get(text)!)
  const values = new Int32Array(missing.length)
  values.set(first.values)
  for (const [row, code] of second.values.entries())
    values[first.values.length + row] = code < 0 ? code : recoded[code]!
  return { kind: 'categorical', name: first.name, missing, values, categories: [...codeOf.keys()] }
}
