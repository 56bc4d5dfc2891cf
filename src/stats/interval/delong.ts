import studentQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { Interval } from '../../base/evidence.ts'
import { DEFAULT_LEVEL, requireLevel } from './level.ts'
import { wilson } from './wilson.ts'

export interface Delong {
  /** Share of (positive, negative) pairs in the right order, ties half: in [0, 1]. */
  readonly auc: number
  /** Variance of `auc`, ≥ 0. */
  readonly variance: number
  /** Degrees of freedom of that variance (Welch–Satterthwaite): near the rows of the class that dominates it. */
  readonly degrees: number
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
  const parts = [placed.positives, placed.negatives].map((x) => ({ variance: covarianceOfMeans(x, x), rows: x.length }))
  return { auc, ...pooledVariance(parts), positives: positives.length, negatives: negatives.length }
}

/**
 * Sum of independent variances, each estimated from its own rows, with the degrees of freedom of the sum.
 *
 * ν = (Σ Vₖ)² / Σ Vₖ²/(nₖ − 1); 1 where all variances are 0.
 *
 * @see Satterthwaite 1946, Biometrics Bull. 2; Welch 1947
 */
export function pooledVariance(parts: readonly { variance: number; rows: number }[]) {
  let variance = 0
  let squares = 0
  for (const part of parts) {
    variance += part.variance
    squares += part.variance ** 2 / Math.max(1, part.rows - 1)
  }
  return { variance, degrees: squares > 0 ? variance ** 2 / squares : 1 }
}

/**
 * Interval of an AUC from DeLong's variance, on the logit scale with Student's t.
 *
 * logit A ± t_ν · √V / (A(1 − A)), carried back. The plain A ± z√V misses far too often where a class is rare or the AUC
 * is high: at 10 positives, 190 negatives and AUC .9 a 95 % interval holds the truth in 84 % of samples, this one in 92 %;
 * at 40 and 40 rows, 91 % and 95 %. It still falls to about 88–90 % at AUC .98 with 10 or 20 rows against 20 times as many.
 * Where no pair (or every pair) is out of order the variance is 0 and says nothing; the bound is then Wilson's for as
 * many successes (failures) as the rarer class has rows. All scores equal: exactly a half, without a width.
 *
 * @param result from `delong`
 * @param level  confidence, in (0, 1)
 * @returns interval inside [0, 1] that holds the AUC
 * @throws RangeError when `level` is outside (0, 1)
 * @see Pepe 2003, ch. 5 (logit); Satterthwaite 1946 (degrees of freedom)
 */
export function delongInterval(result: Delong, level: number = DEFAULT_LEVEL): Interval {
  requireLevel(level)
  const { auc, variance, degrees } = result
  if (auc === 0 || auc === 1) {
    const rarer = Math.min(result.positives, result.negatives)
    return wilson(auc * rarer, rarer, level)
  }
  if (variance === 0) return { low: auc, high: auc, level }
  const centre = Math.log(auc / (1 - auc))
  const half = (-studentQuantile((1 - level) / 2, degrees) * Math.sqrt(variance)) / (auc * (1 - auc))
  // Rounding on the way to the logit and back must not leave the AUC outside.
  const low = Math.min(auc, 1 / (1 + Math.exp(half - centre)))
  const high = Math.max(auc, 1 / (1 + Math.exp(-half - centre)))
  return { low, high, level }
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
