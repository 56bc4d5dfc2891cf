import { type Column, type Frame, findColumn, frame } from '../../data/frame.ts'
import { type FeatureImportance, featureImportance } from '../../data/importance.ts'

/** More classes than these most frequent ones add nothing that a share of variance could show. */
const MOST_CLASSES = 10

/**
 * How much each feature says of a target, by feature: of the numbers themselves, or of the class it says most of.
 *
 * @param sample of the reference file, with the target among its columns
 */
export function targetImportance(
  sample: Frame,
  target: string,
  features: readonly string[],
): ReadonlyMap<string, FeatureImportance> {
  const column = findColumn(sample, target)
  const wanted = new Set(features)
  const columns = frame(sample.columns.filter(({ name }) => wanted.has(name)))
  const best = new Map<string, FeatureImportance>()
  if (column === undefined || column.kind === 'time') return best
  for (const values of targetsOf(column)) {
    for (const found of featureImportance(columns, values)) {
      const known = best.get(found.feature)
      if (known === undefined || found.share > known.share) best.set(found.feature, found)
    }
  }
  return best
}

function targetsOf(column: Exclude<Column, { kind: 'time' }>): readonly Float64Array[] {
  if (column.kind !== 'categorical') {
    return [Float64Array.from(column.values, (value, row) => (column.missing[row] === 1 ? Number.NaN : value))]
  }
  const rows = new Map<number, number>()
  for (const code of column.values) if (code >= 0) rows.set(code, (rows.get(code) ?? 0) + 1)
  const frequent = [...rows].sort((a, b) => b[1] - a[1]).slice(0, MOST_CLASSES)
  // Of two classes one indicator says all that the other does.
  const asked = frequent.length === 2 ? frequent.slice(0, 1) : frequent
  return asked.map(([wanted]) =>
    Float64Array.from(column.values, (code, row) => (column.missing[row] === 1 ? Number.NaN : Number(code === wanted))),
  )
}
