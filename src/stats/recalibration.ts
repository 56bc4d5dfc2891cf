/** Probabilities come as 32-bit floats: none can be told from 0 or 1 any closer. */
const NEAREST_TO_CERTAIN = 2 ** -23
const MOST_STEPS = 50
const CLOSE_ENOUGH = 1e-12
/** A slope or intercept beyond this means that claim and outcome can be separated: there is no estimate. */
const LARGEST = 50

/** A straight line from what was claimed to what came true. */
export interface Recalibration {
  /** 0 where the claims are right on the whole. */
  readonly intercept: number
  /** 1 where they are as sure as they may be; less: too sure; more: not sure enough. */
  readonly slope: number
}

/**
 * Cox's recalibration: the logistic regression of what came true on the log odds of what was claimed.
 *
 * Maximises Σ y ln π + (1 − y) ln(1 − π), logit π = a + b·logit p, by Newton's steps. Claims closer than 2⁻²³ to 0 or 1
 * count as that close.
 *
 * @param claimed  probabilities, in [0, 1]
 * @param cameTrue 0 or 1, as many
 * @returns null where there is no finite maximum: one outcome only, one claim only, or both can be separated
 * @throws RangeError when the lengths differ
 * @see Cox 1958, Biometrika 45; Van Calster et al. 2016, J. Clin. Epidemiol. 74
 */
export function logisticRecalibration(claimed: ArrayLike<number>, cameTrue: ArrayLike<number>): Recalibration | null {
  requireSameLength(claimed, cameTrue)
  const logits = Float64Array.from(claimed, (p) => {
    const inside = Math.min(1 - NEAREST_TO_CERTAIN, Math.max(NEAREST_TO_CERTAIN, p))
    return Math.log(inside / (1 - inside))
  })
  // From a flat line: on claims near 0 and 1 a steeper start sees no curvature and leaps away.
  let [intercept, slope] = [0, 0]
  for (let step = 0; step < MOST_STEPS; step++) {
    const { byIntercept, bySlope } = newtonStep(logits, cameTrue, { intercept, slope })
    if (!Number.isFinite(byIntercept) || !Number.isFinite(bySlope)) return null
    intercept += byIntercept
    slope += bySlope
    if (Math.abs(intercept) > LARGEST || Math.abs(slope) > LARGEST) return null
    if (Math.abs(byIntercept) + Math.abs(bySlope) < CLOSE_ENOUGH) return { intercept, slope }
  }
  return null
}

function newtonStep(logits: Float64Array, cameTrue: ArrayLike<number>, { intercept, slope }: Recalibration) {
  let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0]
  for (let i = 0; i < logits.length; i++) {
    const x = logits[i]!
    const p = 1 / (1 + Math.exp(-(intercept + slope * x)))
    const weight = p * (1 - p)
    const residual = cameTrue[i]! - p
    g0 += residual
    g1 += residual * x
    h00 += weight
    h01 += weight * x
    h11 += weight * x * x
  }
  const determinant = h00 * h11 - h01 * h01
  // Rounding alone keeps the determinant of one repeated claim off 0.
  if (!(determinant > 1e-12 * h00 * h11)) return { byIntercept: Number.NaN, bySlope: Number.NaN }
  return {
    byIntercept: (h11 * g0 - h01 * g1) / determinant,
    bySlope: (h00 * g1 - h01 * g0) / determinant,
  }
}

/**
 * The same for values: least squares of the label on the prediction.
 *
 * b = Σ (x − x̄)(y − ȳ) / Σ (x − x̄)², a = ȳ − b·x̄.
 *
 * @param predicted finite numbers
 * @param labels    finite numbers, as many
 * @returns null where fewer than two predictions differ
 * @throws RangeError when the lengths differ
 * @see Mincer & Zarnowitz 1969
 */
export function linearRecalibration(predicted: ArrayLike<number>, labels: ArrayLike<number>): Recalibration | null {
  requireSameLength(predicted, labels)
  const n = predicted.length
  let [meanX, meanY, xx, xy] = [0, 0, 0, 0]
  for (let i = 0; i < n; i++) {
    const dx = predicted[i]! - meanX
    meanX += dx / (i + 1)
    meanY += (labels[i]! - meanY) / (i + 1)
    xx += dx * (predicted[i]! - meanX)
    xy += dx * (labels[i]! - meanY)
  }
  if (!(xx > 0)) return null
  return { intercept: meanY - (xy / xx) * meanX, slope: xy / xx }
}

function requireSameLength(a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (a.length !== b.length)
    throw new RangeError(`claims and outcomes must be as many; got ${a.length} and ${b.length}`)
}
