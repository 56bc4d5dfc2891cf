import type { ErrorStreamMethod, ErrorStreamState } from './error-stream.ts'

export interface DdmOptions {
  /** Losses before it listens, ≥ 1. */
  readonly warmUpRows: number
  /** Standard deviations above the best level that are an alarm, > 0. */
  readonly deviations: number
}

export interface DdmState extends ErrorStreamState {
  readonly options: DdmOptions
  mean: number
  /** Mean and standard deviation where their sum was least. */
  leastMean: number
  leastSd: number
}

/**
 * DDM: the error rate since the start against the best it ever was.
 *
 * p = mean, s = √(p(1 − p)/n); alarm when p + s > p_min + d · s_min, the minimum of p + s being sought once n > warm-up.
 * Equal to `river` 0.26. After a stretch without any error the first one is an alarm, as p_min = s_min = 0.
 *
 * @see Gama, Medas, Castillo & Rodrigues 2004
 */
export const ddm: ErrorStreamMethod<DdmOptions, DdmState> = {
  id: 'ddm',
  losses: '0/1',
  start: (options) => ({ options, rows: 0, alarm: null, mean: 0, leastMean: Number.MAX_VALUE, leastSd: 0 }),
  warmUpLeft: ({ rows, options, alarm }) =>
    alarm === null ? Math.max(0, options.warmUpRows - rows) : options.warmUpRows,

  next(state, losses, from) {
    if (state.alarm !== null) Object.assign(state, ddm.start(state.options))
    const { warmUpRows, deviations } = state.options
    let { rows, mean, leastMean, leastSd } = state
    let found = -1
    for (let i = from; i < losses.length; i++) {
      const x = losses[i]!
      if (!Number.isFinite(x)) continue
      rows++
      mean += (1 / rows) * (x - mean)
      if (rows <= warmUpRows) continue
      const sd = Math.sqrt(Math.max(0, mean * (1 - mean)) / rows)
      if (mean + sd <= leastMean + leastSd) {
        leastMean = mean
        leastSd = sd
      }
      if (mean + sd > leastMean + deviations * leastSd) {
        found = i
        break
      }
    }
    state.rows = rows
    state.mean = mean
    state.leastMean = leastMean
    state.leastSd = leastSd
    if (found >= 0) state.alarm = 'rise'
    return found
  },
}
