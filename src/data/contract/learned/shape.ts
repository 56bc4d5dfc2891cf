import { addMagnitude, compact, type Magnitudes, magnitudeScratch } from '../../magnitudes.ts'
import type { NumericProfile, Profile } from '../../profile.ts'
import { findFacts, type RowFacts } from '../../row-facts.ts'
import { type ColumnPromise, QUANTILE_LEVELS } from './document.ts'

/** Values that a learned shape is drawn with: finer than the quantiles tell. */
const POINTS = 2000

/**
 * What the rule of changed units compares, from the quantiles of a contract: the values that they stand for, as they
 * were learned and at the lowest and highest level that was seen, and those of the rows now.
 */
export function shapesOf(columns: readonly ColumnPromise[], current: RowFacts) {
  const reference: NumericProfile[] = []
  const lowest: NumericProfile[] = []
  const highest: NumericProfile[] = []
  const now: NumericProfile[] = []
  for (const { name, quantiles, medians } of columns) {
    const sorted = findFacts(current, name)?.sorted ?? null
    if (quantiles === undefined || sorted === null) continue
    const points = pointsOf(quantiles)
    const [low, high] = levels(quantiles, medians)
    reference.push(profileOf(name, points))
    lowest.push(
      profileOf(
        name,
        points.map((point) => low * point),
      ),
    )
    highest.push(
      profileOf(
        name,
        points.map((point) => high * point),
      ),
    )
    now.push(profileOf(name, sorted))
  }
  const whole = (parts: readonly NumericProfile[]): Profile => ({ rows: parts[0]?.rows ?? 0, columns: parts })
  return {
    reference: whole(reference),
    referenceWindows: [whole(lowest), whole(highest)],
    current: { rows: current.rows, columns: now },
  }
}

/** Evenly spaced ranks, linear between the quantiles; where those are all whole numbers, so are the values. */
function pointsOf(quantiles: readonly number[]): Float64Array {
  const isWhole = quantiles.every(Number.isInteger)
  let upper = 1
  return Float64Array.from({ length: POINTS }, (_, i) => {
    const level = (i + 0.5) / POINTS
    while (upper < QUANTILE_LEVELS.length - 1 && QUANTILE_LEVELS[upper]! < level) upper++
    const from = QUANTILE_LEVELS[upper - 1]!
    const part = (level - from) / (QUANTILE_LEVELS[upper]! - from)
    const value = quantiles[upper - 1]! + part * (quantiles[upper]! - quantiles[upper - 1]!)
    return isWhole ? Math.round(value) : value
  })
}

/** Lowest and highest median as factors of the middle; 1 where the middle is 0 or of another sign. */
function levels(quantiles: readonly number[], medians: readonly number[] | undefined): [low: number, high: number] {
  const middle = quantiles[QUANTILE_LEVELS.indexOf(0.5)]!
  const factor = (median: number | undefined) => {
    const ratio = (median ?? middle) / middle
    return Number.isFinite(ratio) && ratio > 0 ? ratio : 1
  }
  return [factor(medians?.[0]), factor(medians?.[1])]
}

function profileOf(name: string, values: Float64Array): NumericProfile {
  const scratch = magnitudeScratch()
  let count = 0
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    addMagnitude(scratch, value)
    count++
  }
  const magnitudes: Magnitudes = compact(scratch)
  const moments = { count, mean: 0, m2: 0, min: values[0] ?? 0, max: values.at(-1) ?? 0 }
  return { name, kind: 'numeric', rows: values.length, missing: 0, counts: new Float64Array(0), moments, magnitudes }
}
