import type { ErrorStreamMethod, ErrorStreamState } from './error-stream.ts'

export interface HddmAOptions {
  /** Chance of a false alarm that the bound allows for one comparison, in (0, 1). */
  readonly confidence: number
  /** Whether a fall of the mean is an alarm too. */
  readonly isTwoSided: boolean
}

export interface HddmAState extends ErrorStreamState {
  readonly options: HddmAOptions
  mean: number
  /** Rows and mean up to the cut where the mean's upper bound was lowest. */
  lowRows: number
  lowMean: number
  /** The same where its lower bound was highest. */
  highRows: number
  highMean: number
}

/**
 * HDDM-A: the mean since the start against the mean up to its best cut, by Hoeffding's bound.
 *
 * Cut where x̄ + √(ln(1/c) / 2n) is least; alarm when z̄ − x̄ ≥ √(m/2 · ln(2/c)), m = (n_z − n_x) / (n_x n_z).
 * Equal to `river` 0.26. Losses must lie in [0, 1].
 *
 * @see Frías-Blanco et al. 2014
 */
export const hddmA: ErrorStreamMethod<HddmAOptions, HddmAState> = {
  id: 'hddm-a',
  losses: '0/1',
  start: (options) => ({
    options,
    rows: 0,
    alarm: null,
    mean: 0,
    lowRows: 0,
    lowMean: 0,
    highRows: 0,
    highMean: 0,
  }),
  // The bound is first met by n/2 losses of 0 and n/2 of 1, where (n − x) x / n = n/4 ≥ ½ ln(2/c).
  warmUpLeft: ({ rows, options, alarm }) =>
    Math.max(0, Math.ceil(2 * Math.log(2 / options.confidence)) - 1 - (alarm === null ? rows : 0)),

  next(state, losses, from) {
    if (state.alarm !== null) Object.assign(state, hddmA.start(state.options))
    const { confidence, isTwoSided } = state.options
    const bound = Math.log(1 / confidence)
    const cut = Math.log(2 / confidence)
    let { rows, mean, lowRows, lowMean, highRows, highMean } = state
    let found = -1
    for (let i = from; i < losses.length; i++) {
      const x = losses[i]!
      if (!Number.isFinite(x)) continue
      rows++
      mean += (1 / rows) * (x - mean)
      const radius = Math.sqrt((1 / (2 * rows)) * bound)
      if (lowRows === 0 || lowMean + Math.sqrt((1 / (2 * lowRows)) * bound) >= mean + radius) {
        lowRows = rows
        lowMean = mean
      }
      if (isTwoSided && (highRows === 0 || highMean - Math.sqrt((1 / (2 * highRows)) * bound) <= mean - radius)) {
        highRows = rows
        highMean = mean
      }
      if (lowRows !== rows && mean - lowMean >= distance(rows, lowRows, cut)) state.alarm = 'rise'
      else if (isTwoSided && highRows !== rows && highMean - mean >= distance(rows, highRows, cut))
        state.alarm = 'other'
      else continue
      found = i
      break
    }
    Object.assign(state, { rows, mean, lowRows, lowMean, highRows, highMean })
    return found
  },
}

function distance(rows: number, cutRows: number, log: number): number {
  const m = ((rows - cutRows) / cutRows) * (1 / rows)
  return Math.sqrt((m / 2) * log)
}
