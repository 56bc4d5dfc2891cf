import {
  MAGNITUDE_STEP,
  type Magnitudes,
  magnitudeDistance,
  medianMagnitude,
  shiftMagnitudes,
  total,
} from './magnitudes.ts'
import type { NumericProfile, Profile } from './profile.ts'

/** Fewer different magnitudes than this cannot show a shape: a constant times anything is a constant. */
const FEWEST_MAGNITUDES = 6
/** Factors from here on are no drift, so the shape need not fit better than one reference window fits the others. */
const IMPLAUSIBLE = 5
/** A reference window with fewer values says nothing of natural variation. */
const FEWEST_VALUES = 50
/** With a larger share of zeros, which no factor moves, the rest cannot be fitted. */
const MOST_ZEROS = 0.5
/** Steps of 2 % that are tried on either side of the ratio of the medians, together about a third. */
const SEARCH_STEPS = 15
/** Two samples of one distribution lie further apart than this times √(1/n + 1/m) in 1 % of cases (Smirnov 1948). */
const SAMPLING_DISTANCE = 1.63

/** What tells a change of unit from drift. */
export interface RescalingLimits {
  /** Smaller factors are taken for drift; ≥ 1. */
  readonly minFactor: number
  /** Least Kolmogorov distance of the distributions as they are, in [0, 1]. */
  readonly minDistance: number
  /** Multiple of the widest factor, on a log scale, between reference windows that is still drift. */
  readonly naturalMargin: number
  /** Largest part of that distance left after rescaling, in [0, 1]. */
  readonly maxRest: number
  /** Largest distance left beyond sampling error, in [0, 1]. */
  readonly maxDistance: number
  /** Fewer values on either side are not evidence. */
  readonly minRows: number
}

/** What the rule and the check go by unless told otherwise. */
export const USUAL_RESCALING: RescalingLimits = {
  minFactor: 1.4,
  minDistance: 0.15,
  naturalMargin: 1.5,
  maxRest: 0.3,
  maxDistance: 0.06,
  minRows: 100,
}

/** Rows against a reference and the windows that it was merged from, all on one layout. */
export interface ProfilePair {
  readonly reference: Profile
  readonly referenceWindows: readonly Profile[]
  readonly current: Profile
}

interface MeasuredRescaling {
  readonly kind: 'measured'
  /** The factor that makes the column most like the reference, > 0. */
  readonly factor: number
  /** The least factor (or its inverse) that is no drift, ≥ 1. */
  readonly limit: number
  /** Kolmogorov distance as the values are, and after dividing by the factor. */
  readonly before: number
  readonly after: number
  /** Whether the factor is beyond the limit and explains the distance. */
  readonly isRescaled: boolean
  readonly rows: number
}

interface UnmeasuredRescaling {
  readonly kind: 'unmeasured'
  readonly haveRows: number
  readonly needRows: number
  readonly because: string
}

/**
 * Whether a numeric column looks multiplied by a factor, as when its unit changed: the distribution is far from the
 * reference as it is, and near once it is divided by the factor that fits best.
 *
 * @param at index of the column in the profiles
 * @returns null for a column that is not numeric or that the reference lacks
 * @see Smirnov 1948 (the distance); Masson, Rim & Lee 2019 (the grid of magnitudes)
 */
export function rescalingOf(
  { reference, referenceWindows, current }: ProfilePair,
  at: number,
  limits: RescalingLimits,
): MeasuredRescaling | UnmeasuredRescaling | null {
  const column = current.columns[at]
  const before = reference.columns[at]
  if (column?.kind !== 'numeric' || before?.kind !== 'numeric') return null
  const obstacle = whyNot(before, column, limits.minRows)
  if (obstacle !== null) return obstacle
  const natural = naturalVariation(before.magnitudes, referenceWindows, at)
  const found = bestFactor(before.magnitudes, column.magnitudes)
  const rows = column.moments.count
  const limit = Math.max(limits.minFactor, natural.factor ** limits.naturalMargin)
  const factor = Math.max(found.factor, 1 / found.factor)
  const chance = SAMPLING_DISTANCE * Math.sqrt((rows + before.moments.count) / (rows * before.moments.count))
  const drift = factor >= IMPLAUSIBLE ? natural.distance : 0
  const allowed = Math.min(Math.max(limits.maxDistance + chance, drift), limits.maxRest * found.before)
  const isRescaled = factor >= limit && found.before >= limits.minDistance && found.after <= allowed
  return { kind: 'measured', ...found, limit, isRescaled, rows }
}

/**
 * The factor k that makes current / k most like the reference, with the Kolmogorov distance before and after. k is
 * looked for around the ratio of the medians, in steps of 2 %, the finest that the sketches can tell.
 */
function bestFactor(reference: Magnitudes, current: Magnitudes) {
  const before = magnitudeDistance(reference, current)
  const start = Math.round(medianMagnitude(current) - medianMagnitude(reference))
  let best = 0
  let after = before
  for (let steps = start - SEARCH_STEPS; steps <= start + SEARCH_STEPS; steps++) {
    const distance = magnitudeDistance(reference, shiftMagnitudes(current, -steps))
    if (distance >= after) continue
    after = distance
    best = steps
  }
  return { factor: Math.exp(best * MAGNITUDE_STEP), before, after }
}

/** The widest factor and distance between any reference window of ≥ 50 values and the reference as a whole. */
function naturalVariation(reference: Magnitudes, windows: readonly Profile[], at: number) {
  let steps = 0
  let distance = 0
  const middle = medianMagnitude(reference)
  for (const window of windows) {
    const column = window.columns[at]
    if (column?.kind !== 'numeric' || column.moments.count < FEWEST_VALUES) continue
    const off = Math.abs(medianMagnitude(column.magnitudes) - middle)
    if (off > steps) steps = off
    distance = Math.max(distance, magnitudeDistance(reference, column.magnitudes))
  }
  return { factor: Math.exp(steps * MAGNITUDE_STEP), distance }
}

function whyNot(before: NumericProfile, column: NumericProfile, minRows: number): UnmeasuredRescaling | null {
  const haveRows = Math.min(column.moments.count, before.moments.count)
  const base = { kind: 'unmeasured', haveRows, needRows: minRows } as const
  if (haveRows < minRows) return { ...base, because: 'too few values' }
  if (before.magnitudes.keys.length < FEWEST_MAGNITUDES) return { ...base, because: 'too few different values' }
  const zeros = zeroRows(before.magnitudes) / total(before.magnitudes)
  return zeros > MOST_ZEROS ? { ...base, because: 'more than half of the values are zero' } : null
}

function zeroRows({ keys, counts }: Magnitudes): number {
  const at = keys.indexOf(0)
  return at < 0 ? 0 : (counts[at] as number)
}
