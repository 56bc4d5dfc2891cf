import type { ErrorStreamMethod, ErrorStreamState } from './error-stream.ts'

/** Mean number of losses between false alarms. */
export type EwmaSpacing = '1000 rows' | '10000 rows' | '100000 rows'

export interface EwmaOptions {
  /** Losses before it listens, ≥ 1. */
  readonly warmUpRows: number
  /** How far apart false alarms stand, where the error rate is known. */
  readonly alarmsEvery: EwmaSpacing
}

export interface EwmaState extends ErrorStreamState {
  readonly options: EwmaOptions
  mean: number
  smoothed: number
}

/** Weight of the newest loss, as in the paper; the limits below hold for it alone. */
const WEIGHT = 0.2
/** Error rates, and below them the limits of the chart at each: test/golden/ewma-limits.json has how they come about. */
const RATES = [0.001, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7]
const LIMITS: Readonly<Record<EwmaSpacing, readonly number[]>> = {
  '1000 rows': [
    0.2003, 0.2003, 0.2139, 0.3026, 0.3604, 0.3939, 0.4632, 0.51, 0.5958, 0.6658, 0.7242, 0.7758, 0.8201, 0.8584,
    0.8917, 0.92, 0.9625, 0.9872,
  ],
  '10000 rows': [
    0.2003, 0.2658, 0.3604, 0.3806, 0.4598, 0.4968, 0.5623, 0.6124, 0.6952, 0.7599, 0.8124, 0.8551, 0.8909, 0.92,
    0.9434, 0.9625, 0.9867, 0.9971,
  ],
  '100000 rows': [
    0.2173, 0.3604, 0.3872, 0.4783, 0.529, 0.5855, 0.6431, 0.6916, 0.7687, 0.8262, 0.8704, 0.9054, 0.9333, 0.9542,
    0.9705, 0.9819, 0.9951, 0.9991,
  ],
}

/**
 * ECDD: an exponentially weighted mean of the losses against a limit that depends on the error rate.
 *
 * p̂ = mean since the start, Z ← .2x + .8Z; alarm when Z > H(p̂). Ross et al. write H = p̂ + L(p̂) σ_Z with polynomials L for
 * false alarms every 100 to 1,000 rows, too often for a monitor; here H is solved for rarer ones, on the Markov chain of
 * Z, at 18 error rates, with straight lines between. Below .001 H is that of .001; above .7 there is no alarm.
 *
 * @see Ross, Adams, Tasoulis & Hand 2012
 */
export const ewma: ErrorStreamMethod<EwmaOptions, EwmaState> = {
  id: 'ewma',
  losses: '0/1',
  start: (options) => ({ options, rows: 0, alarm: null, mean: 0, smoothed: 0 }),
  warmUpLeft: ({ rows, options, alarm }) => Math.max(0, options.warmUpRows - 1 - (alarm === null ? rows : 0)),

  next(state, losses, from) {
    if (state.alarm !== null) Object.assign(state, ewma.start(state.options))
    const limits = LIMITS[state.options.alarmsEvery]
    // No limit lies below the first: most losses need no look at the table.
    const least = limits[0]!
    let { rows, mean, smoothed } = state
    let found = -1
    for (let i = from; i < losses.length; i++) {
      const x = losses[i]!
      if (!Number.isFinite(x)) continue
      rows++
      mean += (1 / rows) * (x - mean)
      smoothed = WEIGHT * x + (1 - WEIGHT) * smoothed
      if (
        rows < state.options.warmUpRows ||
        smoothed <= least ||
        smoothed <= ewmaLimit(mean, state.options.alarmsEvery)
      ) {
        continue
      }
      found = i
      break
    }
    Object.assign(state, { rows, mean, smoothed })
    if (found >= 0) state.alarm = 'rise'
    return found
  },
}

/**
 * H(p): what the weighted mean must exceed at error rate `p`.
 *
 * @param p error rate in [0, 1]
 * @returns limit in (0, 1]; 1, which nothing exceeds, above .7
 */
export function ewmaLimit(p: number, alarmsEvery: EwmaSpacing): number {
  const limits = LIMITS[alarmsEvery]
  if (p > RATES[RATES.length - 1]!) return 1
  if (p <= RATES[0]!) return limits[0]!
  let k = 1
  while (p > RATES[k]!) k++
  const share = (p - RATES[k - 1]!) / (RATES[k]! - RATES[k - 1]!)
  return limits[k - 1]! + share * (limits[k]! - limits[k - 1]!)
}
