import type { Rng } from '../../../base/rng.ts'
import { sampleWithoutReplacement } from '../../../base/rng.ts'
import { evenlySpaced } from '../../../data/evenly-spaced.ts'
import type { Column, Frame } from '../../../data/frame.ts'
import type { Task } from '../../../data/schema.ts'
import { quantileEdges } from '../../../stats/histogram.ts'

/** Bins a feature is cut into, and the code of a missing value behind them. */
const VALUE_BINS = 8
export const MISSING_BIN = VALUE_BINS
export const BINS = VALUE_BINS + 1

const MOST_FEATURES = 12
const CHOSEN_BY_VARIANCE = 8
const SAMPLE_ROWS = 512

/** How one feature is cut: a value's bin is the number of `edges` below it. */
interface FeatureCut {
  readonly name: string
  readonly edges: Float64Array
  /** Categorical features only: the number a category stands for, in order of first sight in the training rows. */
  readonly codeOf: ReadonlyMap<string, number> | null
}

/** The features that the patch test looks at, and how each is cut. Learned once, when a version goes live. */
export interface PatchLayout {
  readonly cuts: readonly FeatureCut[]
}

/**
 * Cuts up to 12 features at the octiles of ≤ 512 evenly spaced training rows (a feature with ≤ 8 distinct values there:
 * between neighbouring values, so that a rare flag keeps a bin of its own). Of more than 12 features the 8 with the
 * largest between-bin variance of the label are taken, and 4 of the others at random.
 *
 * @param training feature columns of the version's training rows, in time order
 * @param labels   their labels; rows without one (NaN) do not count in the variance
 * @see docs/deciding.md §1
 */
export function learnPatchLayout(training: Frame, labels: Float64Array, task: Task, rng: Rng): PatchLayout {
  const rows = evenlySpaced(training.rows, SAMPLE_ROWS)
  const cuts = training.columns.filter((c) => c.kind !== 'time').map((column) => cutFeature(column, rows))
  if (cuts.length <= MOST_FEATURES) return { cuts }

  const variance = cuts.map((cut) => betweenBinVariance(training, cut, labels, task, rows))
  const ranked = cuts.map((_, i) => i).sort((a, b) => (variance[b] as number) - (variance[a] as number) || a - b)
  const rest = ranked.slice(CHOSEN_BY_VARIANCE)
  const drawn = sampleWithoutReplacement(rest.length, MOST_FEATURES - CHOSEN_BY_VARIANCE, rng).map(
    (i) => rest[i] as number,
  )
  const chosen = [...ranked.slice(0, CHOSEN_BY_VARIANCE), ...drawn].sort((a, b) => a - b)
  return { cuts: chosen.map((i) => cuts[i] as FeatureCut) }
}

/** Bin codes 0 … 8 (8 = missing) of rows × cuts, row-major. A category unseen in training falls into the last bin. */
export function patchCodes(source: Frame, layout: PatchLayout): Uint8Array {
  const width = layout.cuts.length
  const codes = new Uint8Array(source.rows * width)
  for (const [k, cut] of layout.cuts.entries()) {
    const column = source.columns.find((c) => c.name === cut.name)
    if (column === undefined) {
      for (let row = 0; row < source.rows; row++) codes[row * width + k] = MISSING_BIN
      continue
    }
    const numberOf = numberReader(column, cut.codeOf)
    for (let row = 0; row < source.rows; row++) {
      codes[row * width + k] = column.missing[row] ? MISSING_BIN : binAbove(numberOf(row), cut.edges)
    }
  }
  return codes
}

function cutFeature(column: Column, rows: Int32Array): FeatureCut {
  const codeOf = column.kind === 'categorical' ? firstSight(column.values, column.categories) : null
  const numberOf = numberReader(column, codeOf)
  const seen = rows.filter((row) => !column.missing[row])
  const values = Float64Array.from(seen, numberOf).filter(Number.isFinite).sort()
  return { name: column.name, edges: octiles(values), codeOf }
}

function firstSight(values: Int32Array, categories: readonly string[]): Map<string, number> {
  const codeOf = new Map<string, number>()
  const met = new Uint8Array(categories.length)
  for (const code of values) {
    if (code < 0 || met[code]) continue
    met[code] = 1
    codeOf.set(categories[code] as string, codeOf.size)
  }
  return codeOf
}

function numberReader(column: Column, codeOf: ReadonlyMap<string, number> | null): (row: number) => number {
  if (column.kind !== 'categorical') return (row) => column.values[row] as number
  const unseen = Number.POSITIVE_INFINITY
  const numbers = Float64Array.from(column.categories, (text) => codeOf?.get(text) ?? unseen)
  return (row) => numbers[column.values[row] as number] as number
}

/** Seven or fewer increasing edges; a value's bin is the number of edges strictly below it. */
function octiles(sorted: Float64Array): Float64Array {
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
  if (distinct.length <= VALUE_BINS) {
    const between = distinct.subarray(1)
    return between.map((value, i) => (value + (distinct[i] as number)) / 2)
  }
  const cuts = Float64Array.from(quantileEdges(sorted, VALUE_BINS))
  return cuts.filter((value, i) => i === 0 || value !== cuts[i - 1])
}

function binAbove(value: number, edges: Float64Array): number {
  let bin = 0
  while (bin < edges.length && (edges[bin] as number) < value) bin++
  return bin
}

/** Variance between bins of the label's mean (regression) or of each class's share, summed over classes. */
function betweenBinVariance(
  training: Frame,
  cut: FeatureCut,
  labels: Float64Array,
  task: Task,
  rows: Int32Array,
): number {
  const codes = patchCodes(training, { cuts: [cut] })
  const width = task.kind === 'regression' ? 1 : task.classes.length
  const sums = new Float64Array(BINS * width)
  const counts = new Float64Array(BINS)
  const totals = new Float64Array(width)
  let total = 0
  for (const row of rows) {
    const label = labels[row] as number
    if (Number.isNaN(label)) continue
    const bin = codes[row] as number
    const at = task.kind === 'regression' ? 0 : label
    const amount = task.kind === 'regression' ? label : 1
    sums[bin * width + at] = (sums[bin * width + at] as number) + amount
    totals[at] = (totals[at] as number) + amount
    counts[bin] = (counts[bin] as number) + 1
    total++
  }
  let variance = 0
  for (let bin = 0; bin < BINS; bin++) {
    const n = counts[bin] as number
    if (n === 0) continue
    for (let at = 0; at < width; at++) {
      variance += n * ((sums[bin * width + at] as number) / n - (totals[at] as number) / total) ** 2
    }
  }
  return total === 0 ? 0 : variance / total
}
