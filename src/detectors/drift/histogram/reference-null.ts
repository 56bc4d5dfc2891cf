import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import studentQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { ThresholdFrom } from '../../../base/evidence.ts'
import { type Rng, seededRng } from '../../../base/rng.ts'
import { mergeProfiles, type Profile } from '../../../data/profile.ts'
import { drawMultinomial } from '../../../stats/multinomial.ts'
import { maxNull } from '../../../stats/multiplicity/max-null.ts'
import type { WatchedVersion } from '../../detector.ts'
import type { ColumnDistance } from './distances.ts'

/** Sampling variance of a drawn window, in that of a real one: what makes 199 pairs of 20 stretches differ. */
const NOISE = 1.25
const MOST_TIMES = 20
const LEAST_STRETCHES = 4

export interface NullOptions {
  readonly pairs: number
  /** Share of pairs without drift that stay below the threshold in all features. */
  readonly share: number
  /** Fixed thresholds are the customary ones times this. */
  readonly ofCustomary: number
}

export interface Thresholds {
  /** One a column, in its distance's unit, > 0. */
  readonly values: readonly number[]
  readonly from: readonly ThresholdFrom[]
}

/**
 * Thresholds for a window of `rows` rows, from pairs of samples without drift: the null of the largest distance over all
 * features (`maxNull`), so that a window exceeds any of them with probability ≤ 1 − share.
 *
 * With at least 4 stretches of consecutive reference windows, each about as long as the window: a pair is a window drawn
 * from one stretch against all others, so thresholds know how much the features vary from day to day. How much they do
 * is itself known from so many stretches only: thresholds are multiplied by t_{stretches − 1}/z at share (5: 1.8, 20: 1.1).
 * With fewer: `rows` rows against as many as the reference has, both drawn from the reference. That null knows chance
 * only, so a threshold is then at least the fixed one. So it is, too, for a feature that stands still in most pairs.
 *
 * Measured with KS on 4 features and windows of 300 rows, 250 times, at share .99: without day effects a window exceeds a
 * threshold in 0–.4 % of cases, with day effects of .2 standard deviations (5 to 20 windows) in 1–2.4 %, and two
 * windows in a row do in 0–.4 %. A shift of .4 standard deviations is heard in 97 % with 20 calm windows, in 29 % with 5,
 * and hardly where days differ by half as much themselves.
 */
export function nullThresholds(
  version: WatchedVersion,
  distances: readonly ColumnDistance[],
  rows: number,
  { pairs, share, ofCustomary }: NullOptions,
): Thresholds {
  const stretches = stretchesOf(version.referenceWindows, rows)
  const isLong = stretches.length >= LEAST_STRETCHES
  const unsure = isLong ? unsureness(stretches.length, share) : 1
  const rng = seededRng(version.seed)
  const features = distances.length
  const drawn = new Float64Array(pairs * features)
  for (const [f, distance] of distances.entries()) {
    const draw = isLong ? fromStretches(stretches, f, distance) : fromAll(version.reference, f, distance)
    for (let pair = 0; pair < pairs; pair++) drawn[pair * features + f] = draw(pair, rows, rng)
  }
  const { scale, limit } = maxNull({ distances: drawn, features }, share)
  const ways = distances.map(({ customary }, f): { value: number; from: ThresholdFrom } => {
    const still = scale[f] === 0
    const ofNull = still ? largest(drawn, features, f) : unsure * limit * (scale[f] as number)
    if (isLong && !still) return { value: ofNull, from: 'reference windows' }
    const fixed = ofCustomary * customary
    return ofNull > fixed ? { value: ofNull, from: 'sampling error' } : { value: fixed, from: 'fixed' }
  })
  return { values: ways.map(({ value }) => value), from: ways.map(({ from }) => from) }
}

/** Consecutive windows joined until they are about `rows` rows long; none is left over. */
function stretchesOf(windows: readonly Profile[], rows: number): readonly Profile[] {
  const mean = windows.reduce((sum, window) => sum + window.rows, 0) / windows.length
  const joined = Math.max(1, Math.round(rows / Math.max(1, mean)))
  const count = Math.floor(windows.length / joined)
  const starts = Array.from({ length: count }, (_, at) => at * joined)
  const stretches = starts.map((from, at) => {
    const parts = windows.slice(from, at === count - 1 ? windows.length : from + joined)
    return parts.length === 1 ? (parts[0] as Profile) : mergeProfiles(parts)
  })
  return stretches.filter((stretch) => stretch.rows > 0)
}

/** How much wider a normal limit must be where the spread is known from `stretches` of them: t/z. */
function unsureness(stretches: number, share: number): number {
  const tail = (1 - share) / 2
  return studentQuantile(tail, stretches - 1) / normalQuantile(tail, 0, 1)
}

type Draw = (pair: number, rows: number, rng: Rng) => number

function fromStretches(stretches: readonly Profile[], feature: number, { binned, measure }: ColumnDistance): Draw {
  const each = stretches.map((stretch) => binnedAt(stretch, feature, binned))
  const all = each.reduce((sum, counts) => sum.map((rows, bin) => rows + (counts[bin] as number)))
  const others = each.map((counts) => all.map((rows, bin) => rows - (counts[bin] as number)))
  return (pair, rows, rng) => {
    const at = pair % each.length
    const enough = rowsToDraw(rows, (stretches[at] as Profile).rows)
    const drawn = drawMultinomial(each[at] as Float64Array, enough, rng)
    // Back to the window's rows, for distances that count them.
    for (let bin = 0; bin < drawn.length; bin++) drawn[bin] = ((drawn[bin] as number) * rows) / enough
    return measure(others[at] as Float64Array, drawn)
  }
}

/**
 * How many rows to draw from a stretch of `stretchRows`, itself a sample, so that both steps together have 1.25 times the
 * sampling variance of one window of `rows`: 1/drawn + 1/stretchRows = 1.25/rows. Drawing `rows` again would have twice
 * that variance, and the threshold would ask for shifts 1.4 times as large.
 */
function rowsToDraw(rows: number, stretchRows: number): number {
  const left = NOISE / rows - 1 / stretchRows
  return left > 0 ? Math.min(MOST_TIMES * rows, Math.max(1, Math.round(1 / left))) : MOST_TIMES * rows
}

function fromAll(reference: Profile, feature: number, { binned, measure }: ColumnDistance): Draw {
  const counts = binnedAt(reference, feature, binned)
  return (_, rows, rng) => measure(drawMultinomial(counts, reference.rows, rng), drawMultinomial(counts, rows, rng))
}

function binnedAt(profile: Profile, feature: number, binned: ColumnDistance['binned']): Float64Array {
  return binned(profile.columns[feature] as Profile['columns'][number])
}

function largest(drawn: Float64Array, features: number, feature: number): number {
  let most = 0
  for (let at = feature; at < drawn.length; at += features) most = Math.max(most, drawn[at] as number)
  return most
}
