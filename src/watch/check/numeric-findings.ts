import { addMagnitude, compact, magnitudeScratch } from '../../data/magnitudes.ts'
import type { NumericProfile } from '../../data/profile.ts'
import { rescalingOf, USUAL_RESCALING } from '../../data/rescaling.ts'
import type { NumericSketch } from '../../data/sketch/table-sketch.ts'
import { type SharedBins, sharedBins, type ValueBins } from '../../data/sketch/value-sketch.ts'
import { psi } from '../../stats/distance/psi.ts'
import { absenceByChance } from '../../stats/hypothesis/absence-by-chance.ts'
import { ksBound, ksFromCounts } from '../../stats/hypothesis/ks.ts'
import { mannWhitneyFromCounts } from '../../stats/hypothesis/mann-whitney.ts'
import { normalDeviate } from '../../stats/interval/level.ts'
import { type CheckFinding, type CheckLimits, weigh } from './finding.ts'

/** Tests that the chance of a false alarm is divided among, for one number. */
export const NUMERIC_TESTS = 4

/** A shift of .04 standard deviations of a normal feature: half of what costs a model anything we could measure. */
const LEAST_KS = 0.015
const LEAST_SUPERIORITY = 0.01
/** Standard practice since Siddiqi 2006. */
const CUSTOMARY_PSI = 0.2
const PSI_BINS = 10
const STILL = 1000

/**
 * What changed about a number: its place (Mann–Whitney), its spread (the same test on the distance of each value's rank
 * from the middle, as Ansari & Bradley 1960 rank), its shape (Kolmogorov–Smirnov), its unit, whether it stands still.
 * The three tests rest on ranks alone, so heavy tails do not bend their level.
 */
export function numericFindings(
  reference: NumericSketch,
  current: NumericSketch,
  { level, minRows }: CheckLimits,
): readonly CheckFinding[] {
  const rows = Math.min(reference.moments.count, current.moments.count)
  if (rows < minRows) return []
  const bins = sharedBins(reference.bins, current.bins)
  const z = normalDeviate(1 - level)
  return [
    ...unitFindings(reference, current, { level, rows }),
    ...stillness(reference, current, { bins, level, rows }),
    placeFinding(bins, { z, rows }),
    spreadFinding(bins, { z, rows }),
    shapeFinding(bins, { level, rows }),
    psiFinding(bins, rows),
  ]
}

interface Terms {
  readonly z: number
  readonly rows: number
}

function placeFinding(bins: SharedBins, terms: Terms): CheckFinding {
  return rankFinding(bins, terms, {
    detector: 'mann-whitney',
    told: (share, isMore) =>
      `values lie ${isMore ? 'higher' : 'lower'}: ${share} of pairs have the larger one in the current file`,
  })
}

/** Mann–Whitney on |rank − middle rank| of the pooled values: larger where the values lie further out. */
function spreadFinding({ reference, current }: SharedBins, terms: Terms): CheckFinding {
  const total = sum(reference) + sum(current)
  let below = 0
  const distance = Float64Array.from(reference, (count, bin) => {
    const here = count + (current[bin] as number)
    const middle = below + here / 2
    below += here
    return Math.abs(middle - total / 2)
  })
  const order = [...distance.keys()].sort((a, b) => (distance[a] as number) - (distance[b] as number))
  const folded = (counts: Float64Array) => Float64Array.from(order, (bin) => counts[bin] as number)
  const bins = { reference: folded(reference), current: folded(current) }
  return rankFinding(bins, terms, {
    detector: 'ansari-bradley',
    told: (share, isMore) =>
      `values spread ${isMore ? 'wider' : 'less'}: ${share} of pairs have the outer one in the current file`,
  })
}

/** Mann–Whitney on two histograms whose bins are in order. */
function rankFinding(
  { reference, current }: Pick<SharedBins, 'reference' | 'current'>,
  { z, rows }: Terms,
  { detector, told }: { detector: string; told: (share: string, isMore: boolean) => string },
): CheckFinding {
  const { superiority, error } = mannWhitneyFromCounts(reference, current)
  const isMore = superiority >= 0.5
  return weigh({
    detector,
    unit: 'share',
    rows,
    because: told(`${(100 * superiority).toFixed(1)} %`, isMore),
    effect: Math.abs(superiority - 0.5),
    chance: z * error,
    least: LEAST_SUPERIORITY,
    kind: 'moved',
    shown: (effect) => 0.5 + (isMore ? effect : -effect),
  })
}

function shapeFinding(
  { reference, current }: SharedBins,
  { level, rows }: { level: number; rows: number },
): CheckFinding {
  const { statistic } = ksFromCounts(reference, current)
  return weigh({
    detector: 'ks',
    unit: 'share',
    rows,
    because: `at one value the shares of rows below it differ by ${(100 * statistic).toFixed(1)} points`,
    effect: statistic,
    chance: ksBound(level, sum(reference), sum(current)),
    least: LEAST_KS,
    kind: 'moved',
  })
}

/** Ten bins of about equal share of the reference: the index that dashboards show, beside its usual threshold. */
function psiFinding({ reference, current }: SharedBins, rows: number): CheckFinding {
  const total = sum(reference)
  const before = new Float64Array(PSI_BINS)
  const now = new Float64Array(PSI_BINS)
  let below = 0
  for (const [bin, count] of reference.entries()) {
    const tenth = Math.min(PSI_BINS - 1, Math.floor((PSI_BINS * (below + count / 2)) / total))
    before[tenth] = (before[tenth] as number) + count
    now[tenth] = (now[tenth] as number) + (current[bin] as number)
    below += count
  }
  const value = psi(before, now, 0.5)
  return {
    detector: 'psi',
    value,
    unit: 'nats',
    threshold: CUSTOMARY_PSI,
    thresholdFrom: 'custom',
    rows,
    kind: 'none',
    strength: 0,
    because: `PSI ${value.toFixed(3)}`,
  }
}

/** A factor is believed only where the distance that it explains is beyond chance: few rows of a long tail have any. */
function unitFindings(
  reference: NumericSketch,
  current: NumericSketch,
  { level, rows }: { level: number; rows: number },
): CheckFinding[] {
  const [before, now] = [profileOf(reference), profileOf(current)]
  const pair = {
    reference: { rows: reference.rows, columns: [before] },
    referenceWindows: [],
    current: { rows: current.rows, columns: [now] },
  }
  const found = rescalingOf(pair, 0, USUAL_RESCALING)
  if (found?.kind !== 'measured') return []
  const { factor, limit } = found
  const isBroken = found.isRescaled && found.before >= ksBound(level, reference.moments.count, current.moments.count)
  const far = Math.max(factor, 1 / factor)
  return [
    {
      detector: 'scale-change',
      value: factor,
      unit: 'ratio',
      threshold: factor >= 1 ? limit : 1 / limit,
      thresholdFrom: 'contract',
      rows,
      kind: isBroken ? 'broken' : 'none',
      strength: isBroken ? far / limit : 0,
      because: `looks multiplied by ${factor.toPrecision(3)} (a change of unit?)`,
    },
  ]
}

/** All values are one, and the reference has too many others for chance to have missed them: a rare event may be absent. */
function stillness(
  reference: NumericSketch,
  current: NumericSketch,
  { bins, level, rows }: { bins: SharedBins; level: number; rows: number },
): CheckFinding[] {
  if (current.moments.min !== current.moments.max) return []
  const [before, now] = [reference.moments.count, current.moments.count]
  const same = bins.reference[bins.current.findIndex((count) => count > 0)] as number
  const isBeyondChance = absenceByChance(before - same, before, now) <= level
  return [
    {
      detector: 'constant',
      value: 1,
      unit: 'share',
      threshold: 1,
      thresholdFrom: 'sampling error',
      rows,
      kind: isBeyondChance ? 'broken' : 'none',
      // Nothing else that is wrong with a column says as much as this.
      strength: isBeyondChance ? STILL : 0,
      because: `stands still at ${current.moments.min}; it did in ${((100 * same) / before).toFixed(1)} % of the reference`,
    },
  ]
}

function profileOf({ name, rows, missing, moments, bins }: NumericSketch): NumericProfile {
  const scratch = magnitudeScratch()
  const { positions, reference: counts } = sharedBins(bins, NO_BINS)
  for (const [bin, position] of positions.entries()) addMagnitude(scratch, position, counts[bin] as number)
  return { kind: 'numeric', name, rows, missing, moments, counts, magnitudes: compact(scratch) }
}

const NO_BINS: ValueBins = { shift: 0, keys: new Uint32Array(0), counts: new Float64Array(0) }

function sum(counts: Float64Array): number {
  let total = 0
  for (const count of counts) total += count
  return total
}
