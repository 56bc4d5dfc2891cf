import { choleskySolve } from './ridge/cholesky.ts'

/** Rows to learn from: `x` is row-major, n rows of `k` finite numbers; `y` is 0 or 1 a row. */
export interface LogisticRows {
  readonly x: Float64Array
  readonly k: number
  readonly y: ArrayLike<number>
  /** How much each row counts, ≥ 0 and finite; default 1 each. */
  readonly weights?: ArrayLike<number>
}

export interface LogisticOptions {
  /** λ ≥ 0: the ridge on the standardised coefficients. Default 1. */
  readonly l2?: number
  /** Newton steps at most, ≥ 1. Default 50. */
  readonly maxIterations?: number
}

export interface LogisticModel {
  /** One coefficient a column, in the columns' own units. */
  readonly weights: Float64Array
  readonly intercept: number
  /** P(1) of one row of k numbers: in [0, 1]. */
  predict(x: ArrayLike<number>): number
}

/** The rows with every column at mean 0 and standard deviation 1. */
interface Standardised {
  readonly z: Float64Array
  readonly mean: Float64Array
  /** 0 where a column does not vary: it gets no coefficient. */
  readonly scale: Float64Array
}

const GRADIENT_TOLERANCE = 1e-9

/**
 * Logistic regression with a ridge, by Newton's method.
 *
 * Minimises Σ wᵢ·(ln(1 + e^{ηᵢ}) − yᵢηᵢ) + λ/2·Σ βⱼ², η = α + zβ, z = columns at (weighted) mean 0 and standard
 * deviation 1, so that the units of a column do not decide how much it is shrunk; the intercept is free. Equal to
 * scikit-learn's `StandardScaler` + `LogisticRegression(C=1/λ)`. Each step is halved until the loss falls, so the result
 * does not depend on luck and the same rows give the same bits. Where it has not converged after `maxIterations` (λ near
 * 0 and separable rows), the last step is returned: its order of the rows is what can be had.
 *
 * @param rows    n ≥ 1 rows
 * @param options `l2` ≥ 0; `maxIterations` ≥ 1
 * @returns coefficients in the columns' own units. Rows of one class only: β = 0 and the smoothed log odds of its rows
 * @throws RangeError when shapes or domains above do not hold
 * @see Cox 1958; le Cessie & van Houwelingen 1992 (ridge); McCullagh & Nelder 1989, ch. 4 (Newton steps)
 */
export function fitLogistic(rows: LogisticRows, options: LogisticOptions = {}): LogisticModel {
  const { l2 = 1, maxIterations = 50 } = options
  requireRows(rows, l2, maxIterations)
  const n = rows.y.length
  const weights = Float64Array.from({ length: n }, (_, i) => rows.weights?.[i] ?? 1)
  let total = 0
  let ones = 0
  for (let i = 0; i < n; i++) {
    total += weights[i]!
    ones += weights[i]! * rows.y[i]!
  }
  if (!(total > 0)) throw new RangeError('weights must not all be 0')
  // Half a row of each class: one class alone would have infinite odds.
  if (ones === 0 || ones === total)
    return model(new Float64Array(rows.k), Math.log((ones + 0.5) / (total - ones + 0.5)))
  const standard = standardise(rows, weights, total)
  const beta = newton(
    { z: standard.z, k: rows.k, y: rows.y, weights, l2, maxIterations },
    Math.log(ones / (total - ones)),
  )
  return inOwnUnits(beta, standard)
}

interface Problem {
  readonly z: Float64Array
  readonly k: number
  readonly y: ArrayLike<number>
  readonly weights: Float64Array
  readonly l2: number
  readonly maxIterations: number
}

/** Coefficients 0 … k − 1, the intercept last. */
function newton(problem: Problem, startIntercept: number): Float64Array {
  const { k, maxIterations } = problem
  let beta: Float64Array = new Float64Array(k + 1)
  beta[k] = startIntercept
  let loss = lossAt(problem, beta)
  const tolerance = GRADIENT_TOLERANCE * problem.weights.reduce((sum, w) => sum + w, 0)
  for (let step = 0; step < maxIterations; step++) {
    const { gradient, hessian } = derivatives(problem, beta)
    if (gradient.every((g) => Math.abs(g) <= tolerance)) break
    const direction = choleskySolve(hessian, gradient)
    let share = 1
    let next = moved(beta, direction, share)
    let nextLoss = lossAt(problem, next)
    while (!(nextLoss <= loss) && share > 1e-6) {
      share /= 2
      next = moved(beta, direction, share)
      nextLoss = lossAt(problem, next)
    }
    if (!(nextLoss <= loss)) break
    beta = next
    loss = nextLoss
  }
  return beta
}

function moved(beta: Float64Array, direction: Float64Array, share: number): Float64Array {
  return beta.map((b, j) => b - share * direction[j]!)
}

function linear(z: Float64Array, k: number, beta: Float64Array, row: number): number {
  let eta = beta[k]!
  const at = row * k
  for (let j = 0; j < k; j++) eta += z[at + j]! * beta[j]!
  return eta
}

function lossAt({ z, k, y, weights, l2 }: Problem, beta: Float64Array): number {
  let loss = 0
  for (let i = 0; i < y.length; i++) {
    const eta = linear(z, k, beta, i)
    // ln(1 + e^η) without overflow.
    loss += weights[i]! * (Math.max(eta, 0) + Math.log1p(Math.exp(-Math.abs(eta))) - y[i]! * eta)
  }
  for (let j = 0; j < k; j++) loss += (l2 / 2) * beta[j]! * beta[j]!
  return loss
}

/** Gradient, and the lower triangle of the Hessian, row-major (k + 1) × (k + 1). */
function derivatives({ z, k, y, weights, l2 }: Problem, beta: Float64Array) {
  const size = k + 1
  const gradient = new Float64Array(size)
  const hessian = new Float64Array(size * size)
  const row = new Float64Array(size)
  row[k] = 1
  for (let i = 0; i < y.length; i++) {
    const p = logistic(linear(z, k, beta, i))
    const residual = weights[i]! * (p - y[i]!)
    const curvature = weights[i]! * p * (1 - p)
    for (let j = 0; j < k; j++) row[j] = z[i * k + j]!
    for (let j = 0; j < size; j++) {
      const value = row[j]!
      if (value === 0) continue
      gradient[j]! += residual * value
      const scaled = curvature * value
      const at = j * size
      for (let l = 0; l <= j; l++) hessian[at + l]! += scaled * row[l]!
    }
  }
  for (let j = 0; j < k; j++) {
    gradient[j]! += l2 * beta[j]!
    hessian[j * size + j]! += l2
  }
  return { gradient, hessian }
}

function standardise({ x, k }: LogisticRows, weights: Float64Array, total: number): Standardised {
  const mean = new Float64Array(k)
  const scale = new Float64Array(k)
  const n = weights.length
  for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) mean[j]! += (weights[i]! / total) * x[i * k + j]!
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) scale[j]! += (weights[i]! / total) * (x[i * k + j]! - mean[j]!) ** 2
  }
  for (let j = 0; j < k; j++) {
    const sd = Math.sqrt(scale[j]!)
    // Below this the spread is rounding: a constant column of 1e9 must not become a feature.
    scale[j] = sd > 1e-12 * Math.abs(mean[j]!) ? sd : 0
  }
  const z = x.map((value, at) => (scale[at % k]! > 0 ? (value - mean[at % k]!) / scale[at % k]! : 0))
  return { z, mean, scale }
}

function inOwnUnits(beta: Float64Array, { mean, scale }: Standardised): LogisticModel {
  const k = mean.length
  const weights = new Float64Array(k)
  let intercept = beta[k]!
  for (let j = 0; j < k; j++) {
    if (scale[j] === 0) continue
    weights[j] = beta[j]! / scale[j]!
    intercept -= weights[j]! * mean[j]!
  }
  return model(weights, intercept)
}

function model(weights: Float64Array, intercept: number): LogisticModel {
  return {
    weights,
    intercept,
    predict(x) {
      let eta = intercept
      for (let j = 0; j < weights.length; j++) eta += weights[j]! * x[j]!
      return logistic(eta)
    },
  }
}

function logistic(eta: number): number {
  if (eta >= 0) return 1 / (1 + Math.exp(-eta))
  const odds = Math.exp(eta)
  return odds / (1 + odds)
}

function requireRows({ x, k, y, weights }: LogisticRows, l2: number, maxIterations: number): void {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`k must be an integer >= 1; got ${k}`)
  if (y.length === 0) throw new RangeError('a regression needs at least one row; got none')
  if (x.length !== y.length * k) throw new RangeError(`x must hold ${y.length} x ${k} numbers; got ${x.length}`)
  if (weights !== undefined && weights.length !== y.length) {
    throw new RangeError(`weights must be one a row; got ${weights.length} for ${y.length} rows`)
  }
  if (!(l2 >= 0 && l2 < Infinity)) throw new RangeError(`l2 must be >= 0; got ${l2}`)
  if (!(maxIterations >= 1)) throw new RangeError(`maxIterations must be >= 1; got ${maxIterations}`)
  for (let i = 0; i < y.length; i++) {
    if (y[i] !== 0 && y[i] !== 1) throw new RangeError(`y must be 0 or 1; row ${i} is ${y[i]}`)
    const weight = weights?.[i] ?? 1
    if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`weights must be >= 0; row ${i} has ${weight}`)
  }
  for (let at = 0; at < x.length; at++) {
    if (!Number.isFinite(x[at])) throw new RangeError(`x must be finite; row ${Math.floor(at / k)} holds ${x[at]}`)
  }
}
