import type { Interval } from '../../base/evidence.ts'
import { DEFAULT_LEVEL, normalDeviate } from './level.ts'
import { wilson } from './wilson.ts'

export interface Delong {
  /** Share of (positive, negative) pairs in the right order, ties half: in [0, 1]. */
  readonly auc: number
  /** Variance of `auc`, ≥ 0. */
  readonly variance: number
  readonly positives: number
  readonly negatives: number
}

export interface DelongPair {
  readonly aucA: number
  readonly aucB: number
  readonly varA: number
  readonly varB: number
  /** Covariance of the two: Var(A − B) = varA + varB − 2 cov. */
  readonly cov: number
}

/**
 * Area under the ROC curve with DeLong's variance.
 *
 * Placement of a positive = share of negatives that score lower (ties half), and the reverse for a negative; the AUC is
 * the mean placement, its variance S₁₀/m + S₀₁/n of the placements' sample variances. Placements come from ranks in
 * O(N log N).
 *
 * @param labels 0 or 1 a row; NaN rows (no label yet) are left out; at least 2 rows of each class
 * @param scores any number a row, higher = more likely 1; NaN only where the label is NaN
 * @returns AUC and variance; both defined for every tie pattern
 * @throws RangeError when a precondition above fails
 * @see DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44; Sun & Xu 2014, IEEE Signal Process. Lett. 21
 */
export function delong(labels: ArrayLike<number>, scores: ArrayLike<number>): Delong {
  const { positives, negatives } = splitByLabel(labels, scores)
  const placed = placements(positives, negatives)
  const auc = mean(placed.positives)
  const variance =
    covarianceOfMeans(placed.positives, placed.positives) + covarianceOfMeans(placed.negatives, placed.negatives)
  return { auc, variance, positives: positives.length, negatives: negatives.length }
}

/**
 * Normal interval of an AUC, cut to [0, 1]. Where no pair (or every pair) is out of order DeLong's variance is 0 and
 * says nothing; the bound is then Wilson's for as many successes (failures) as the rarer class has rows.
 *
 * @param result from `delong`
 * @param level  confidence, in (0, 1)
 * @returns interval inside [0, 1] that holds the AUC
 */
export function delongInterval(result: Delong, level: number = DEFAULT_LEVEL): Interval {
  const { auc, variance } = result
  if (auc === 0 || auc === 1) {
    const rarer = Math.min(result.positives, result.negatives)
    return wilson(auc * rarer, rarer, level)
  }
  const half = normalDeviate(level) * Math.sqrt(variance)
  return { low: Math.max(0, auc - half), high: Math.min(1, auc + half), level }
}

/**
 * Two AUCs on the same rows with their variances and covariance, for a paired comparison.
 *
 * cov = S₁₀(A, B)/m + S₀₁(A, B)/n of the placements under A and B.
 *
 * @param labels as in `delong`
 * @param a      scores of the first model
 * @param b      scores of the second model on the same rows
 * @returns both AUCs, variances and the covariance; a = b gives varA = varB = cov
 * @throws RangeError when a precondition of `delong` fails
 * @see DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44
 */
export function delongPair(labels: ArrayLike<number>, a: ArrayLike<number>, b: ArrayLike<number>): DelongPair {
  const rowsA = splitByLabel(labels, a)
  const rowsB = splitByLabel(labels, b)
  const placedA = placements(rowsA.positives, rowsA.negatives)
  const placedB = placements(rowsB.positives, rowsB.negatives)
  const covariance = (x: Placements, y: Placements) =>
    covarianceOfMeans(x.positives, y.positives) + covarianceOfMeans(x.negatives, y.negatives)
  return {
    aucA: mean(placedA.positives),
    aucB: mean(placedB.positives),
    varA: covariance(placedA, placedA),
    varB: covariance(placedB, placedB),
    cov: covariance(placedA, placedB),
  }
}

/** One placement a row in [0, 1], in the order of the rows given. */
export interface Placements {
  readonly positives: Float64Array
  readonly negatives: Float64Array
}

/** Placements of both classes: of a positive among the negatives, of a negative among the positives (reversed). */
export function placements(positives: Float64Array, negatives: Float64Array): Placements {
  return {
    positives: sharesBelow(positives, Float64Array.from(negatives).sort()),
    negatives: sharesBelow(negatives, Float64Array.from(positives).sort()).map((below) => 1 - below),
  }
}

function splitByLabel(labels: ArrayLike<number>, scores: ArrayLike<number>) {
  if (labels.length !== scores.length) {
    throw new RangeError(`labels and scores must be of the same rows; got ${labels.length} and ${scores.length}`)
  }
  const ofClass: [number[], number[]] = [[], []]
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!
    if (Number.isNaN(label)) continue
    if (label !== 0 && label !== 1) throw new RangeError(`labels must be 0 or 1; row ${i} is ${label}`)
    if (Number.isNaN(scores[i])) throw new RangeError(`row ${i} has a label and no score`)
    ofClass[label].push(scores[i]!)
  }
  const [negatives, positives] = ofClass
  if (Math.min(positives.length, negatives.length) < 2) {
    throw new RangeError(
      `an AUC with a variance needs 2 rows of each class; got ${positives.length} and ${negatives.length}`,
    )
  }
  return { positives: Float64Array.from(positives), negatives: Float64Array.from(negatives) }
}

/** Share of `sorted` below each value, ties half. */
function sharesBelow(values: Float64Array, sorted: Float64Array): Float64Array {
  return values.map((x) => (firstAtLeast(sorted, x) + firstAbove(sorted, x)) / (2 * sorted.length))
}

function firstAtLeast(sorted: Float64Array, x: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < x) low = middle + 1
    else high = middle
  }
  return low
}

function firstAbove(sorted: Float64Array, x: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! <= x) low = middle + 1
    else high = middle
  }
  return low
}

function mean(values: Float64Array): number {
  let sum = 0
  for (const x of values) sum += x
  return sum / values.length
}

/** Covariance of the means of x and y over the same rows. */
function covarianceOfMeans(x: Float64Array, y: Float64Array): number {
  const meanX = mean(x)
  const meanY = mean(y)
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i]! - meanX) * (y[i]! - meanY)
  return sum / (x.length - 1) / x.length
}
