import { Fault } from '../../base/fault.ts'
import { shown } from './part.ts'

const NAMES_SHOWN = 20

/** @throws Fault COLUMN_UNKNOWN when `wanted` is not among `names`; it tells the nearest and what there is */
export function checkColumnName(where: string, wanted: string, names: readonly string[]): void {
  if (names.includes(wanted)) return
  const limit = Math.max(2, Math.floor(wanted.length / 3))
  const near = names
    .map((name) => ({ name, distance: editDistance(name.toLowerCase(), wanted.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
  const nearest = near.length === 0 ? '' : ` Did you mean ${near.map(({ name }) => shown(name)).join(' or ')}?`
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : ''
  const all = names.slice(0, NAMES_SHOWN).map(shown).join(', ')
  throw new Fault('COLUMN_UNKNOWN', `'${where}' has no column ${shown(wanted)}.${nearest} There are: ${all}${more}`)
}

/** Letters to insert, delete or change to make `b` of `a` (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(change, (above[j] as number) + 1, (row[j - 1] as number) + 1))
    }
    above = row
  }
  return above[b.length] as number
}
