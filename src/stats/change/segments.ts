/** Which likelihood losses have: those of 0 and 1, or any others. */
export type LossShape = 'bernoulli' | 'gaussian'

/** Sums over consecutive losses. */
export interface LossSums {
  readonly rows: number
  readonly sum: number
  readonly squares: number
}

/** Sums over the first k units (windows, blocks or rows), k = 0 … units. */
export interface RunningSums {
  readonly units: number
  readonly rows: Float64Array
  readonly sum: Float64Array
  readonly squares: Float64Array
}

/** Log-likelihood of two segments by where the second begins. */
export interface SplitProfile {
  /** Units before the likeliest cut: the index of the first unit of the second segment. */
  readonly at: number
  /** ℓ(k), k = 0 … units; −∞ where no cut is tried. */
  readonly logLikelihood: Float64Array
  /** ℓ of one segment. */
  readonly uncut: number
}

/** Which cuts are tried. */
export interface Cuts {
  /** Units that each segment keeps at least, ≥ 1. */
  readonly edge: number
  /** Only cuts after which the loss is higher; the others are worth no more than none. */
  readonly isRiseOnly: boolean
}

/**
 * Twice the drop of the profile log-likelihood that bounds the 95 % set; above χ²₁'s 3.84, for τ is discrete and its
 * likelihood not quadratic. Measured coverage: localise.test.ts and, at window boundaries, split.test.ts.
 */
export const SET_LIMIT = 7.35

export function runningSums(units: readonly LossSums[]): RunningSums {
  const running = emptySums(units.length)
  for (const [k, unit] of units.entries()) addUnit(running, k, unit.rows, unit.sum, unit.squares)
  return running
}

/**
 * The same with each row as a unit. Gaussian losses are counted from their mean, which changes no likelihood and keeps the digits of
 * losses that are large beside their spread.
 */
export function runningRowSums(losses: Float64Array, shape: LossShape): RunningSums {
  const running = emptySums(losses.length)
  const centre = shape === 'bernoulli' ? 0 : losses.reduce((sum, loss) => sum + loss / losses.length, 0)
  for (let k = 0; k < losses.length; k++) {
    const loss = losses[k]! - centre
    addUnit(running, k, 1, loss, loss * loss)
  }
  return running
}

/** The sums of units from ≤ k < to. */
export function sumsBetween({ rows, sum, squares }: RunningSums, from: number, to: number): LossSums {
  return { rows: rows[to]! - rows[from]!, sum: sum[to]! - sum[from]!, squares: squares[to]! - squares[from]! }
}

/**
 * Profile log-likelihood of one change of the mean.
 *
 * Bernoulli: Σ over segments of S ln(S/n) + (n − S) ln(1 − S/n) · Gaussian with a common variance: −(n/2) ln RSS.
 *
 * @param running ≥ 2 units
 * @see Hinkley 1970, Biometrika 57
 */
export function splitProfile(running: RunningSums, shape: LossShape, { edge, isRiseOnly }: Cuts): SplitProfile {
  const { units } = running
  const uncut = logLikelihoodOf([sumsBetween(running, 0, units)], shape)
  const logLikelihood = new Float64Array(units + 1).fill(Number.NEGATIVE_INFINITY)
  let at = edge
  for (let k = edge; k <= units - edge; k++) {
    const before = sumsBetween(running, 0, k)
    const after = sumsBetween(running, k, units)
    const isFall = after.sum / after.rows <= before.sum / before.rows
    logLikelihood[k] = isRiseOnly && isFall ? uncut : logLikelihoodOf([before, after], shape)
    if (logLikelihood[k]! > logLikelihood[at]!) at = k
  }
  return { at, logLikelihood, uncut }
}

/** The 95 % set: first and last cut of {k : 2(ℓ(τ̂) − ℓ(k))/φ ≤ 7.35}. */
export function likelySet({ at, logLikelihood }: SplitProfile, dispersion: number) {
  let low = at
  let high = at
  for (let k = 0; k < logLikelihood.length; k++) {
    if ((2 * (logLikelihood[at]! - logLikelihood[k]!)) / dispersion > SET_LIMIT) continue
    low = Math.min(low, k)
    high = Math.max(high, k)
  }
  return { low, high }
}

/**
 * Pearson's dispersion of block means around their segment's mean: Σ n(x̄ − μ̂)²/σ² / (B − 2). 1 where rows are
 * independent; where days differ by more than their rows explain, by how much.
 *
 * @param running  sums by unit
 * @param bounds   where blocks begin and end, in units: increasing from 0 to all; one of them is `at`
 * @param at       the cut between the segments, in units
 * @returns ≥ 0
 * @see McCullagh & Nelder 1989, ch. 4
 */
export function blockDispersion(running: RunningSums, shape: LossShape, bounds: readonly number[], at: number): number {
  const all = sumsBetween(running, 0, running.units)
  const segments = [sumsBetween(running, 0, at), sumsBetween(running, at, running.units)] as const
  const blocks = bounds
    .slice(1)
    .map((to, b) => ({ ...sumsBetween(running, bounds[b]!, to), isAfter: bounds[b]! >= at }))
  const within = shape === 'bernoulli' ? 0 : varianceWithin(running, bounds, segments, all.rows)
  let x2 = 0
  for (const { rows, sum, isAfter } of blocks) {
    const segment = segments[isAfter ? 1 : 0]
    const mean = segment.sum / segment.rows
    const variance = shape === 'bernoulli' ? mean * (1 - mean) : within
    if (variance > 0) x2 += (rows * (sum / rows - mean) ** 2) / variance
  }
  return x2 / Math.max(1, blocks.length - 2)
}

/** Variance of a row around its block's mean; of single rows, around its segment's. */
function varianceWithin(
  running: RunningSums,
  bounds: readonly number[],
  segments: readonly [LossSums, LossSums],
  rows: number,
): number {
  const blocks = bounds.slice(1).map((to, b) => sumsBetween(running, bounds[b]!, to))
  const parts = blocks.length < rows ? blocks : segments
  return residualOf(parts) / Math.max(1, rows - parts.length)
}

function logLikelihoodOf(parts: readonly LossSums[], shape: LossShape): number {
  if (shape === 'bernoulli')
    return parts.reduce((total, { rows, sum }) => total + xLogShare(sum, rows) + xLogShare(rows - sum, rows), 0)
  let rows = 0
  let squares = 0
  for (const part of parts) {
    rows += part.rows
    squares += part.squares
  }
  // A loss that never varies must not make the likelihood infinite.
  const least = Math.max(1e-12 * squares, Number.MIN_VALUE)
  return (-rows / 2) * Math.log(Math.max(residualOf(parts), least))
}

function residualOf(parts: readonly LossSums[]): number {
  return parts.reduce((total, { rows, sum, squares }) => total + Math.max(0, squares - sum ** 2 / rows), 0)
}

function xLogShare(x: number, n: number): number {
  return x <= 0 ? 0 : x * Math.log(x / n)
}

function emptySums(units: number): RunningSums {
  const make = () => new Float64Array(units + 1)
  return { units, rows: make(), sum: make(), squares: make() }
}

function addUnit({ rows, sum, squares }: RunningSums, k: number, n: number, s: number, q: number): void {
  rows[k + 1] = rows[k]! + n
  sum[k + 1] = sum[k]! + s
  squares[k + 1] = squares[k]! + q
}
