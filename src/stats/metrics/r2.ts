import { blockJackknife, blockOf, JACKKNIFE_BLOCKS } from '../interval/block-jackknife.ts'
import { countLabelled, forEachLabelled } from './labelled-rows.ts'
import { cutTo, defineMetric, insufficient, measured } from './metric.ts'

/** Sums that give R² and can be subtracted: labels are shifted by the first one, so large ones keep their digits. */
interface Sums {
  rows: number
  label: number
  squaredLabel: number
  squaredError: number
}

/**
 * R² = 1 − Σ(ŷ − y)² / Σ(y − ȳ)²: in (−∞, 1], 0 for a model no better than the mean label. Interval by the jackknife
 * over 20 blocks of consecutive rows. Needs 20 rows; labels that are all equal, with or without one block, have no
 * spread to explain: insufficient.
 */
export const r2 = defineMetric({
  id: 'r2',
  title: 'R²',
  tasks: ['regression'],
  better: 'higher',
  unit: 'share',
  source: 'Wright 1921; Künsch 1989 (interval)',

  measure(input, level) {
    const labelled = countLabelled(input)
    if (labelled < JACKKNIFE_BLOCKS) return insufficient(labelled, JACKKNIFE_BLOCKS)
    const total = noSums()
    const blocks = Array.from({ length: JACKKNIFE_BLOCKS }, noSums)
    let first: number | undefined
    forEachLabelled(input, (row, label) => {
      first ??= label
      const block = blocks[blockOf(total.rows, labelled, JACKKNIFE_BLOCKS)]!
      const seen = sumsOf(label - first, input.scores[row]! - label)
      add(total, seen, 1)
      add(block, seen, 1)
    })
    const value = r2Of(total)
    const leaveOneOut = blocks.map((block) => r2Of(add({ ...total }, block, -1)))
    if (![value, ...leaveOneOut].every(Number.isFinite)) return insufficient(0, 1)
    return measured(value, cutTo(blockJackknife(value, leaveOneOut, level), Number.NEGATIVE_INFINITY, 1), labelled)
  },
})

function noSums(): Sums {
  return { rows: 0, label: 0, squaredLabel: 0, squaredError: 0 }
}

function sumsOf(label: number, error: number): Sums {
  return { rows: 1, label, squaredLabel: label * label, squaredError: error * error }
}

function add(into: Sums, other: Sums, sign: 1 | -1): Sums {
  into.rows += sign * other.rows
  into.label += sign * other.label
  into.squaredLabel += sign * other.squaredLabel
  into.squaredError += sign * other.squaredError
  return into
}

/** NaN where the labels have no spread. */
function r2Of({ rows, label, squaredLabel, squaredError }: Sums): number {
  const spread = squaredLabel - (label * label) / rows
  // Equal labels leave a difference of roundings, not 0.
  return spread > squaredLabel * 1e-12 ? 1 - squaredError / spread : Number.NaN
}
