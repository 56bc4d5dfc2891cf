import { z } from 'zod'
import {
  MAGNITUDE_STEP,
  type Magnitudes,
  magnitudeDistance,
  medianMagnitude,
  shiftMagnitudes,
  total,
} from '../magnitudes.ts'
import type { NumericProfile, Profile } from '../profile.ts'
import { type Breach, defineRule, finding, type Unchecked } from './rule.ts'

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

export const scaleChangeRule = defineRule({
  id: 'scale-change',
  title: 'Unit of a column changed',
  source:
    'Ours: Kolmogorov distance (Smirnov 1948) before and after the best rescaling, on the grid of DDSketch (2019)',

  reads: 'rows',
  config: z.strictObject({
    rule: z.literal('scale-change'),
    minFactor: z.number().min(1.05).max(1000).default(1.4).describe('Smaller factors are taken for drift. Ratio.'),
    minDistance: z.number().min(0).max(1).default(0.15).describe('Distance of the distributions as they are. Share.'),
    naturalMargin: z
      .number()
      .min(1)
      .max(10)
      .default(1.5)
      .describe('Multiple of the widest factor, on a log scale, between reference windows that is still drift. Ratio.'),
    maxRest: z.number().min(0).max(1).default(0.3).describe('Part of that distance left after rescaling. Share.'),
    maxDistance: z.number().min(0).max(1).default(0.06).describe('Distance left beyond sampling error. Share.'),
    minRows: z.int().min(1).max(1e9).default(100).describe('Fewer values on either side are not evidence. Rows.'),
  }),

  check({ reference, referenceWindows, current }, config) {
    const breaches: Breach[] = []
    const unchecked: Unchecked[] = []
    let checked = 0
    for (const [at, column] of current.columns.entries()) {
      const before = reference.columns[at]
      if (column.kind !== 'numeric' || before?.kind !== 'numeric') continue
      const obstacle = whyNot(before, column, config.minRows)
      if (obstacle !== null) {
        unchecked.push(obstacle)
        continue
      }
      checked++
      const natural = naturalVariation(before.magnitudes, referenceWindows, at)
      const found = rescaling(before.magnitudes, column.magnitudes)
      const rows = column.moments.count
      const limit = Math.max(config.minFactor, natural.factor ** config.naturalMargin)
      const factor = Math.max(found.factor, 1 / found.factor)
      if (factor < limit || found.before < config.minDistance) continue
      const chance = SAMPLING_DISTANCE * Math.sqrt((rows + before.moments.count) / (rows * before.moments.count))
      const drift = factor >= IMPLAUSIBLE ? natural.distance : 0
      const allowed = Math.max(config.maxDistance + chance, drift)
      if (found.after > Math.min(allowed, config.maxRest * found.before)) continue
      const text =
        `'${column.name}' looks multiplied by ${found.factor.toPrecision(3)} (a change of unit?): the distance of ` +
        `${rows} values from the reference falls from ${found.before.toFixed(2)} to ${found.after.toFixed(2)} when divided by it.`
      breaches.push({
        rule: 'scale-change',
        column: column.name,
        observed: found.factor,
        limit: found.factor > 1 ? limit : 1 / limit,
        rows,
        text,
      })
    }
    return finding('scale-change', checked, { breaches, unchecked })
  },
})

/**
 * The factor k that makes current / k most like the reference, with the Kolmogorov distance before and after. k is
 * looked for around the ratio of the medians, in steps of 2 %, the finest that the sketches can tell.
 */
function rescaling(reference: Magnitudes, current: Magnitudes) {
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

function whyNot(before: NumericProfile, column: NumericProfile, minRows: number): Unchecked | null {
  const haveRows = Math.min(column.moments.count, before.moments.count)
  const base = { column: column.name, haveRows, needRows: minRows }
  if (haveRows < minRows) return { ...base, because: 'too few values' }
  if (before.magnitudes.keys.length < FEWEST_MAGNITUDES) return { ...base, because: 'too few different values' }
  const zeros = zeroRows(before.magnitudes) / total(before.magnitudes)
  return zeros > MOST_ZEROS ? { ...base, because: 'more than half of the values are zero' } : null
}

function zeroRows({ keys, counts }: Magnitudes): number {
  const at = keys.indexOf(0)
  return at < 0 ? 0 : (counts[at] as number)
}
