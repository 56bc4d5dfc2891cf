import type { ErrorStreamMethod, ErrorStreamState } from './error-stream.ts'

export interface HddmWOptions {
  /** Chance of a false alarm that the bound allows for one comparison, in (0, 1). */
  readonly confidence: number
  /** Weight of the newest loss, in (0, 1). */
  readonly weight: number
  /** Whether a fall of the mean is an alarm too. */
  readonly isTwoSided: boolean
}

/** A weighted mean, and the sum of its squared weights; mean −1 = nothing in it yet. */
interface Sample {
  mean: number
  squares: number
}

/** The sample before the best cut, the one after it, and the bound that made the cut the best. */
interface Side {
  readonly before: Sample
  readonly after: Sample
  bound: number
}

export interface HddmWState extends ErrorStreamState {
  readonly options: HddmWOptions
  total: Sample
  rise: Side
  fall: Side
}

/**
 * HDDM-W: a weighted mean after the best cut against the one before it, by McDiarmid's bound.
 *
 * ewma ← λx + (1 − λ) ewma, b ← λ² + (1 − λ)² b; cut where ewma + √(b ln(1/c) / 2) is least; alarm when the ewma after
 * the cut exceeds the one before by more than √((b₁ + b₂) ln(1/c) / 2). Equal to `river` 0.26. Losses must lie in [0, 1].
 *
 * @see Frías-Blanco et al. 2014
 */
export const hddmW: ErrorStreamMethod<HddmWOptions, HddmWState> = {
  id: 'hddm-w',
  losses: '0/1',
  start: (options) => ({ options, rows: 0, alarm: null, total: empty(), rise: side(), fall: side() }),
  warmUpLeft: ({ rows, options, alarm }) => Math.max(0, leastRows(options) - 1 - (alarm === null ? rows : 0)),

  next(state, losses, from) {
    if (state.alarm !== null) Object.assign(state, hddmW.start(state.options))
    const { confidence, weight, isTwoSided } = state.options
    const log = Math.log(1 / confidence)
    const { total, rise, fall } = state
    for (let i = from; i < losses.length; i++) {
      const x = losses[i]!
      if (!Number.isFinite(x)) continue
      state.rows++
      take(total, x, weight)
      const radius = Math.sqrt((total.squares * log) / 2)
      if (total.mean + radius < rise.bound) cutHere(rise, total, total.mean + radius)
      else if (apart(rise, 1, take(rise.after, x, weight), log)) state.alarm = 'rise'
      if (isTwoSided) {
        if (radius - total.mean < fall.bound) cutHere(fall, total, radius - total.mean)
        else if (apart(fall, -1, take(fall.after, x, weight), log)) state.alarm ??= 'other'
      }
      if (state.alarm !== null) return i
    }
    return -1
  },
}

/** The fewest losses, half of them 0 and then half 1, that meet the bound: b₁ + b₂ < 2 / ln(1/c); +∞ when none do. */
function leastRows({ confidence, weight }: HddmWOptions): number {
  const largest = 1 / Math.log(1 / confidence)
  const steady = weight / (2 - weight)
  if (steady >= largest) return Number.POSITIVE_INFINITY
  const squaresAfter = (rows: number) => steady + (1 - steady) * (1 - weight) ** (2 * rows)
  const half = Math.ceil(Math.log((largest - steady) / (1 - steady)) / (2 * Math.log(1 - weight)))
  return squaresAfter(half) + squaresAfter(half - 1) < 2 * largest ? 2 * half - 1 : 2 * half
}

function empty(): Sample {
  return { mean: -1, squares: 1 }
}

function side(): Side {
  return { before: empty(), after: empty(), bound: Number.MAX_VALUE }
}

function take(sample: Sample, x: number, weight: number): Sample {
  const rest = 1 - weight
  sample.mean = sample.mean < 0 ? x : weight * x + rest * sample.mean
  sample.squares = weight * weight + rest * rest * sample.squares
  return sample
}

function cutHere(of: Side, total: Sample, bound: number): void {
  of.bound = bound
  of.before.mean = total.mean
  of.before.squares = total.squares
  of.after.mean = -1
  of.after.squares = 1
}

function apart({ before }: Side, sign: 1 | -1, after: Sample, log: number): boolean {
  return sign * (after.mean - before.mean) > Math.sqrt(((before.squares + after.squares) * log) / 2)
}
