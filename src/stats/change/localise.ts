import {
  blockDispersion,
  type LossShape,
  likelySet,
  type RunningSums,
  runningRowSums,
  splitProfile,
} from './segments.ts'

/** Where a sequence of losses began to be higher, and how sure that is. Rows are counted from 0. */
export interface Localised {
  /** The first row after the change: the maximum-likelihood estimate. */
  readonly at: number
  /** First and last row that may be it: the 95 % set. */
  readonly low: number
  readonly high: number
  /** Whether that set is at most half of all rows; a wider one tells no moment. */
  readonly isLocalised: boolean
  /** Chance that a steady loss looks at least so much like a rise, over all rows together. */
  readonly pValue: number
  readonly before: { readonly rows: number; readonly mean: number }
  readonly after: { readonly rows: number; readonly mean: number }
  /** φ ≥ 1: how much more block means scatter than independent rows would. */
  readonly dispersion: number
}

/** Below this many losses nothing is said. */
export const LEAST_LOSSES = 100
/** A segment shorter than this has no mean worth a likelihood. */
const LEAST_SEGMENT = 20
const ROWS_PER_BLOCK = 10
const MOST_BLOCKS = 40
/** Blocks so long hold whole days where the others hold parts of one. */
const LONG_BLOCKS = 15

/**
 * The row from which on a sequence of losses is higher: profile likelihood of one rise of the mean.
 *
 * τ̂ = argmax ℓ(k) over cuts that leave 20 rows on either side; set {k : 2(ℓ(τ̂) − ℓ(k))/φ ≤ 7.35}. Rows that depend on
 * each other (days, sessions) are allowed for by φ = max(1, Pearson's dispersion of the means of up to 40, and of 15, blocks): the cut
 * keeps the resolution of a row, the set and the p-value know how little the rows say.
 *
 * p-value of x² = 2(ℓ(τ̂) − ℓ(none))/φ, made normal for the estimated φ (Wallace 1959), by the tail of the largest
 * standardised cut (Csörgő & Horváth 1997, 1.3.26), one-sided: ½ · x e^{−x²/2}/√(2π) · (T − T/x² + 4/x²), T = 2 ln(n/20 − 1).
 *
 * Measured in test/calibration/localise.test.ts: coverage of the set, level and error.
 *
 * @param losses in time order; finite, 0 and 1 for `bernoulli`
 * @returns null below 100 losses or where they are all alike
 * @see Hinkley 1970, Biometrika 57
 */
export function localise(losses: Float64Array, shape: LossShape): Localised | null {
  const rows = losses.length
  if (rows < LEAST_LOSSES || losses.every((loss) => loss === losses[0])) return null
  const running = runningRowSums(losses, shape)
  const profile = splitProfile(running, shape, { edge: LEAST_SEGMENT, isRiseOnly: true })
  const { at } = profile
  const blocks = Math.min(MOST_BLOCKS, Math.floor(rows / ROWS_PER_BLOCK))
  const dispersions = [blocks, Math.min(blocks, LONG_BLOCKS)].map((count) =>
    blockDispersion(running, shape, blockBounds(rows, at, count), at),
  )
  const dispersion = Math.max(1, ...dispersions)
  const { low, high } = likelySet(profile, dispersion)
  const gain = Math.max(0, (2 * (profile.logLikelihood[at]! - profile.uncut)) / dispersion)
  return {
    at,
    low,
    high,
    isLocalised: high - low + 1 <= rows / 2,
    pValue: tailOfLargest(asNormal(gain, blocks - 2), rows / LEAST_SEGMENT),
    before: segment(running, losses, 0, at),
    after: segment(running, losses, at, rows),
    dispersion,
  }
}

function segment({ rows }: RunningSums, losses: Float64Array, from: number, to: number) {
  const count = rows[to]! - rows[from]!
  let sum = 0
  for (let row = from; row < to; row++) sum += losses[row]!
  return { rows: count, mean: sum / count }
}

/** Each segment in blocks of nearly equal size, in proportion to its rows. */
function blockBounds(rows: number, at: number, blocks: number): number[] {
  const before = Math.max(1, Math.min(blocks - 1, Math.round((blocks * at) / rows)))
  const after = Math.max(1, blocks - before)
  return [
    ...Array.from({ length: before }, (_, b) => Math.floor((b * at) / before)),
    ...Array.from({ length: after + 1 }, (_, b) => at + Math.floor((b * (rows - at)) / after)),
  ]
}

/** The normal square as far out as t² with so many degrees of freedom (Wallace 1959). */
function asNormal(squared: number, freedom: number): number {
  return freedom * Math.log1p(squared / freedom) * ((8 * freedom + 1) / (8 * freedom + 3)) ** 2
}

function tailOfLargest(squared: number, segments: number): number {
  if (squared < 2) return 1
  const t = 2 * Math.log(segments - 1)
  const x = Math.sqrt(squared)
  const density = (x * Math.exp(-squared / 2)) / Math.sqrt(2 * Math.PI)
  return Math.min(1, 0.5 * density * (t - t / squared + 4 / squared))
}
