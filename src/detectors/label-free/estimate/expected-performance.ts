import { type ExpectedMetric, expectedMetric } from '../../../stats/expected-metrics.ts'
import { binOf, quantileEdges } from '../../../stats/histogram.ts'
import type { Calibration } from './calibrated.ts'
import type { ReferenceRows } from './reference-rows.ts'

/** What a metric is expected to be, and why it may differ from what the labels will say. */
export interface Estimated {
  readonly metric: string
  readonly value: number
  /** Variance from the labels of the rows themselves, which are drawn, not given; of `rows` rows. */
  readonly labelVariance: number
  /** Variance from the finite reference that probabilities were learned from. */
  readonly referenceVariance: number
  readonly rows: number
}

/** What an estimate is made from. */
export interface EstimateInput {
  readonly reference: ReferenceRows
  /** How much each reference row counts; undefined: all alike. */
  readonly weights: Float64Array | undefined
  readonly calibration: Calibration
  /** Claims of the rows without labels. */
  readonly claims: Float64Array
  /** Two classes: a claim above ½ decides for class 1. More: each claim is about the class that was given. */
  readonly isBinary: boolean
}

const ROWS_PER_BIN = 25
const MOST_BINS = 20

/**
 * A metric of unlabelled rows from calibrated probabilities pᵢ, with gᵢ = ∂metric/∂pᵢ.
 *
 * labels: Σ gᵢ² pᵢ(1 − pᵢ), for label i is drawn with pᵢ · reference: Σ_b (Σ_{i in b} gᵢ)² q_b(1 − q_b)/n_b over up to 20
 * bins b of equal reference rows, q_b = (hits + 1)/(n_b + 2) their share of outcomes, n_b their effective number: what was learned
 * about a bin from n_b rows is off for all rows of the bin together. Errors of the weights themselves are not in it.
 *
 * @returns null where the metric would divide by 0
 * @see Kivimäki et al. 2024 (the estimate); the variances are the delta method
 */
export function expectedPerformance(metric: ExpectedMetric, input: EstimateInput): Estimated | null {
  const { claims, calibration, isBinary } = input
  const p = claims.map(calibration)
  const expected = expectedMetric(metric, p, decisive(claims, isBinary))
  if (expected === null) return null
  const { value, gradient } = expected
  const labelVariance = gradient.reduce((sum, g, i) => sum + g * g * (p[i] as number) * (1 - (p[i] as number)), 0)
  return { metric, value, labelVariance, referenceVariance: referenceVariance(input, gradient), rows: claims.length }
}

/** The same metric where outcomes are known; null where it would divide by 0. */
export function knownPerformance(
  metric: ExpectedMetric,
  { claims, outcomes }: Pick<ReferenceRows, 'claims' | 'outcomes'>,
  isBinary: boolean,
): number | null {
  return expectedMetric(metric, outcomes, decisive(claims, isBinary))?.value ?? null
}

/** Of more than two classes each claim is about the class that was given: none is decided against. */
function decisive(claims: Float64Array, isBinary: boolean): Float64Array {
  return isBinary ? claims : claims.map(() => 1)
}

function referenceVariance({ reference, weights, claims }: EstimateInput, gradient: Float64Array): number {
  const { claims: known, outcomes } = reference
  const bins = Math.min(MOST_BINS, Math.max(2, Math.floor(known.length / ROWS_PER_BIN)))
  const edges = quantileEdges(known, bins)
  const total = new Float64Array(bins)
  const squares = new Float64Array(bins)
  const hits = new Float64Array(bins)
  const slope = new Float64Array(bins)
  const add = (into: Float64Array, bin: number, amount: number) => {
    into[bin] = (into[bin] as number) + amount
  }
  for (const [row, claim] of known.entries()) {
    const bin = binOf(claim, edges)
    const weight = weights?.[row] ?? 1
    add(total, bin, weight)
    add(squares, bin, weight * weight)
    add(hits, bin, weight * (outcomes[row] as number))
  }
  for (const [row, claim] of claims.entries()) add(slope, binOf(claim, edges), gradient[row] as number)
  let variance = 0
  for (let bin = 0; bin < bins; bin++) {
    const mass = total[bin] as number
    // Where equal claims leave a bin empty nothing was learned: as uncertain as a single row.
    const effective = mass > 0 ? mass ** 2 / (squares[bin] as number) : 1
    const share = ((mass > 0 ? (hits[bin] as number) / mass : 0.5) * effective + 1) / (effective + 2)
    variance += (slope[bin] as number) ** 2 * ((share * (1 - share)) / effective)
  }
  return variance
}
