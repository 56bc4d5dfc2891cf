import type { Unit } from '../../../base/evidence.ts'
import { type ColumnProfile, coarseCounts } from '../../../data/profile.ts'
import { cumulativeDistances } from '../../../stats/distance/cumulative.ts'
import { energyFromCounts } from '../../../stats/distance/energy.ts'
import { hellinger } from '../../../stats/distance/hellinger.ts'
import { jensenShannon } from '../../../stats/distance/jensen-shannon.ts'
import { psi } from '../../../stats/distance/psi.ts'
import { totalVariation } from '../../../stats/distance/total-variation.ts'
import { wassersteinFromCounts } from '../../../stats/distance/wasserstein.ts'

type Counts = Float64Array

interface HistogramDistance {
  readonly unit: Unit
  /** The fixed threshold that is customary: Siddiqi's for PSI, a tenth for those with a largest possible value. */
  readonly customary: number
  /** Whether the order of the bins matters: fine bins of numbers; otherwise at most 10 bins of any feature. */
  readonly isOrdered: boolean
  measure(reference: Counts, current: Counts, positions: Float64Array): number
}

export const DISTANCE_IDS = [
  'ks',
  'psi',
  'wasserstein',
  'jensen-shannon',
  'hellinger',
  'total-variation',
  'energy',
  'cramer-von-mises',
  'kuiper',
] as const
export type DistanceId = (typeof DISTANCE_IDS)[number]

/** Half a row added to each bin, so that an empty one does not make the index infinite. */
const PSI_SMOOTHING = 0.5

const DISTANCES: Readonly<Record<DistanceId, HistogramDistance>> = {
  ks: ordered('share', 0.1, (a, b) => cumulativeDistances(a, b).largest),
  psi: unordered('nats', 0.2, (a, b) => psi(a, b, PSI_SMOOTHING)),
  wasserstein: ordered('share', 0.1, wassersteinFromCounts),
  'jensen-shannon': unordered('ratio', 0.1, jensenShannon),
  hellinger: unordered('ratio', 0.1, hellinger),
  'total-variation': unordered('share', 0.1, totalVariation),
  energy: ordered('ratio', 0.1, energyFromCounts),
  'cramer-von-mises': ordered('ratio', 0.01, (a, b) => cumulativeDistances(a, b).squared),
  kuiper: ordered('share', 0.1, (a, b) => cumulativeDistances(a, b).bothSides),
}

function ordered(unit: Unit, customary: number, measure: HistogramDistance['measure']): HistogramDistance {
  return { unit, customary, isOrdered: true, measure }
}

function unordered(unit: Unit, customary: number, measure: HistogramDistance['measure']): HistogramDistance {
  return { unit, customary, isOrdered: false, measure }
}

/** One column's own yardstick: its bins, and a distance between two sets of counts in them. */
export interface ColumnDistance {
  readonly unit: Unit
  readonly customary: number
  /** Rows per bin of a profile of this column; the last bin holds the missing rows. */
  binned(column: ColumnProfile): Counts
  measure(reference: Counts, current: Counts): number
}

/**
 * The distance `id` as it is measured on `reference`'s column.
 *
 * Missing rows have a bin of their own, after all others. Of a categorical feature, whose bins have no order, the distances of
 * ordered values become the total variation: KS is the largest difference over half-lines, this one over any set of values.
 * Wasserstein and energy measure on the scale of the reference's ranks (0 its smallest value, 1 its largest, so that the
 * unit of a feature does not matter), on which a missing row lies at 2.
 */
export function columnDistance(id: DistanceId, reference: ColumnProfile): ColumnDistance {
  const isUnordered = reference.kind === 'categorical' && DISTANCES[id].isOrdered
  const { unit, customary, isOrdered, measure } = DISTANCES[isUnordered ? 'total-variation' : id]
  const binned = isOrdered ? fineBins : fewBins
  const positions = rankPositions(reference)
  return { unit, customary, binned, measure: (a, b) => measure(a, b, positions) }
}

function fineBins(column: ColumnProfile): Counts {
  const counts = new Float64Array(column.counts.length + 1)
  counts.set(column.counts)
  counts[column.counts.length] = column.missing
  return counts
}

const FEW = 10

/** At most 10 bins and the missing rows. Categories come in order of their frequency when the layout was learned. */
function fewBins(column: ColumnProfile): Counts {
  const counts = coarseCounts(column)
  const values = counts.length - 1
  if (values <= FEW) return counts
  const few = new Float64Array(FEW + 1)
  few.set(counts.subarray(0, FEW - 1))
  few[FEW - 1] = counts.subarray(FEW - 1, values).reduce((sum, rows) => sum + rows, 0)
  few[FEW] = counts[values] as number
  return few
}

/** Where each fine bin lies: the mean share of reference values at or below its rows; missing rows at 2. */
function rankPositions(column: ColumnProfile): Float64Array {
  const positions = new Float64Array(column.counts.length + 1).fill(2)
  const values = Math.max(1, column.rows - column.missing)
  let below = 0
  for (const [bin, rows] of column.counts.entries()) {
    positions[bin] = (below + rows / 2) / values
    below += rows
  }
  return positions
}
