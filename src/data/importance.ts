import { binOf } from '../stats/histogram.ts'
import { type GroupSum, oneWay } from '../stats/hypothesis/one-way.ts'
import { evenlySpaced } from './evenly-spaced.ts'
import type { CategoricalColumn, Column, Frame } from './frame.ts'

/** How much of a target one feature explains by itself. */
export interface FeatureImportance {
  readonly feature: string
  /** Share of the target's variance, in [0, 1]; 0 where it cannot be told from chance. */
  readonly share: number
  /** Whether the share is beyond chance and beyond a trifle. */
  readonly matters: boolean
  /** Rows it rests on. */
  readonly rows: number
}

/** Chance that any of the features matters when none does. */
const ALPHA = 0.01
/** A feature that explains less moves the target by less than 3 % of its standard deviation. */
const TRIFLE = 0.001
/** More rows say nothing new: at so many, a share of a thousandth is far beyond chance. */
const MOST_ROWS = 100_000
/** Quantiles of so many values are exact enough to bin by. */
const EDGE_ROWS = 10_000
const CATEGORIES = 20
/** The F test of groups any smaller is at the mercy of single rows. */
const FEWEST_IN_BIN = 20

/**
 * The share of a target's variance that each feature explains by itself: ω² of the target over the feature's bins
 * (at most 10 by quantiles, or 20 categories and the rest; missing is a bin of its own), tested by F at 1 % divided by
 * the number of features. Bins of fewer than 20 rows are joined. Of more than 100,000 rows an even spread is read.
 *
 * The target is what a model said (which features does it heed?) or what came true; for classes the indicator or the
 * probability of one. What the shares do not say: **interactions are not seen** (a feature that only turns another's
 * effect round gets 0), and of features that go together each gets the share of both, also one that the model ignores.
 *
 * @param features rows; time columns are positions, not features, and have no line
 * @param target   one number a row; NaN or infinite = unknown, left out
 * @param options  `bins` of a number, 2 … 100, default 10
 * @returns one line a feature, in their order; too few rows or a constant target give share 0
 * @throws RangeError when lengths differ or `bins` is out of its domain
 * @see Pearson 1905 (correlation ratio); Hays 1963 (ω²)
 */
export function featureImportance(
  features: Frame,
  target: Float64Array,
  options: { readonly bins?: number } = {},
): readonly FeatureImportance[] {
  const { bins = 10 } = options
  if (target.length !== features.rows) throw new RangeError(`${features.rows} rows have ${target.length} targets`)
  if (!Number.isInteger(bins) || bins < 2 || bins > 100) throw new RangeError(`bins must be 2 ... 100; got ${bins}`)
  const columns = features.columns.filter((column) => column.kind !== 'time')
  const known = knownRows(target)
  const centred = centre(target, known)
  let squares = 0
  for (const value of centred) squares += value * value
  return columns.map((column) => {
    const codes = binCodes(column, known, bins)
    const seen = oneWay(joinSmall(groupSums(codes, centred)), squares)
    const share = seen?.omegaSquared ?? 0
    const matters = seen !== null && seen.pValue <= ALPHA / columns.length && share >= TRIFLE
    return { feature: column.name, share: matters ? share : 0, matters, rows: known.length }
  })
}

/** Indexes of the rows with a target, evenly spread when there are more than are read. */
function knownRows(target: Float64Array): Int32Array {
  let count = 0
  for (const value of target) if (Number.isFinite(value)) count++
  const all = new Int32Array(count)
  let at = 0
  for (let row = 0; row < target.length; row++) if (Number.isFinite(target[row]!)) all[at++] = row
  return evenly(all, MOST_ROWS)
}

function evenly(rows: Int32Array, most: number): Int32Array {
  if (rows.length <= most) return rows
  return evenlySpaced(rows.length, most).map((at) => rows[at]!)
}

/** Targets of the rows less their mean, so that a target around 10⁹ loses no digits. */
function centre(target: Float64Array, rows: Int32Array): Float64Array {
  let mean = 0
  for (let i = 0; i < rows.length; i++) mean += (target[rows[i]!]! - mean) / (i + 1)
  return Float64Array.from(rows, (row) => target[row]! - mean)
}

/** The bin of each row; bin 0 holds the missing ones. */
function binCodes(column: Column, rows: Int32Array, bins: number): Uint16Array {
  const codes = new Uint16Array(rows.length)
  const put = (code: (row: number) => number) => {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      codes[i] = column.missing[row] === 1 ? 0 : code(row) + 1
    }
    return codes
  }
  if (column.kind === 'categorical') {
    const codeOf = frequentFirst(column, rows)
    return put((row) => codeOf[column.values[row]!] ?? CATEGORIES)
  }
  if (column.kind === 'boolean') return put((row) => column.values[row]!)
  const edges = edgesOf(column.values, column.missing, evenly(rows, EDGE_ROWS), bins)
  // NaN counts as missing, as in a profile: binOf gives it −1.
  return put((row) => binOf(column.values[row]!, edges))
}

/** By category code: its rank by frequency, or CATEGORIES for all that come after the 20 most frequent. */
function frequentFirst({ values, missing, categories }: CategoricalColumn, rows: Int32Array): Uint16Array {
  const counts = new Float64Array(categories.length)
  for (const row of rows) if (missing[row] === 0) counts[values[row]!]! += 1
  const byCount = [...counts.keys()].sort((a, b) => counts[b]! - counts[a]! || a - b)
  const ranks = new Uint16Array(categories.length).fill(CATEGORIES)
  for (const [rank, code] of byCount.slice(0, CATEGORIES).entries()) ranks[code] = rank
  return ranks
}

/**
 * Distinct cut points, each above the smallest value. Where one value fills most of the column its quantiles are all
 * that value; then each distinct value counts once, so that the others still have bins.
 */
function edgesOf(values: Float64Array, missing: Uint8Array, rows: Int32Array, bins: number): Float64Array {
  const sorted = Float64Array.from(rows, (row) => (missing[row] === 1 ? Number.NaN : values[row]!))
    .filter((value) => !Number.isNaN(value))
    .sort()
  const edges = quantiles(sorted, bins)
  if (edges.length >= bins / 2) return edges
  return quantiles(
    sorted.filter((value, i) => i === 0 || value > sorted[i - 1]!),
    bins,
  )
}

function quantiles(sorted: Float64Array, bins: number): Float64Array {
  const edges: number[] = []
  for (let k = 1; k < bins; k++) {
    const edge = sorted[Math.floor((sorted.length * k) / bins)]
    if (edge !== undefined && edge > (edges.at(-1) ?? sorted[0]!)) edges.push(edge)
  }
  return Float64Array.from(edges)
}

function groupSums(codes: Uint16Array, values: Float64Array): GroupSum[] {
  const size = codes.reduce((most, code) => Math.max(most, code), 0) + 1
  const rows = new Float64Array(size)
  const sums = new Float64Array(size)
  for (let i = 0; i < codes.length; i++) {
    rows[codes[i]!]! += 1
    sums[codes[i]!]! += values[i]!
  }
  return Array.from(rows, (count, code) => ({ rows: count, sum: sums[code]! }))
}

/** Joins the smallest groups until each has enough rows. */
function joinSmall(groups: readonly GroupSum[]): GroupSum[] {
  const bySize = groups.filter((group) => group.rows > 0).sort((a, b) => a.rows - b.rows)
  const joined: GroupSum[] = []
  let rest: GroupSum = { rows: 0, sum: 0 }
  for (const group of bySize) {
    const isOpen = rest.rows > 0 && rest.rows < FEWEST_IN_BIN
    if (!isOpen && group.rows >= FEWEST_IN_BIN) joined.push(group)
    else rest = { rows: rest.rows + group.rows, sum: rest.sum + group.sum }
  }
  if (rest.rows > 0) joined.push(rest)
  return joined
}
