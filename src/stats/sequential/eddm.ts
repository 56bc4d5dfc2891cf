import type { ErrorStreamMethod, ErrorStreamState } from './error-stream.ts'

export interface EddmOptions {
  /** Losses, and errors among them, before it listens; ≥ 1. */
  readonly warmUpErrors: number
  /** Share of the largest distance below which the errors stand too close, in (0, 1). */
  readonly share: number
}

export interface EddmState extends ErrorStreamState {
  readonly options: EddmOptions
  errors: number
  /** Position of the newest error, counted from 1; 0 = none yet. */
  lastError: number
  /** Mean of the distances between errors, and the sum of their squared deviations from it. */
  meanDistance: number
  squares: number
  /** Largest mean + 2 sd so far; −1 = none yet. */
  largest: number
}

/**
 * EDDM: the distance between errors against the largest it ever was; made for slow change.
 *
 * With mean p' and standard deviation s' of the distances: alarm when (p' + 2s') / max(p' + 2s') < share, asked at each
 * error once more than `warmUpErrors` were seen. Equal to `river` 0.26. A loss other than 1 is no error.
 *
 * @see Baena-García et al. 2006
 */
export const eddm: ErrorStreamMethod<EddmOptions, EddmState> = {
  id: 'eddm',
  losses: '0/1',
  start: (options) => ({
    options,
    rows: 0,
    alarm: null,
    errors: 0,
    lastError: 0,
    meanDistance: 0,
    squares: 0,
    largest: -1,
  }),
  warmUpLeft: ({ errors, options, alarm }) =>
    alarm === null ? Math.max(0, options.warmUpErrors - errors) : options.warmUpErrors,

  next(state, losses, from) {
    if (state.alarm !== null) Object.assign(state, eddm.start(state.options))
    for (let i = from; i < losses.length; i++) {
      const x = losses[i]!
      if (!Number.isFinite(x)) continue
      state.rows++
      if (x !== 1) continue
      if (isTooClose(state)) {
        state.alarm = 'rise'
        return i
      }
    }
    return -1
  },
}

/** Takes in one more error. */
function isTooClose(state: EddmState): boolean {
  const { warmUpErrors, share } = state.options
  const distance = state.rows - state.lastError
  state.errors++
  state.lastError = state.rows
  const before = state.meanDistance
  state.meanDistance += (1 / state.errors) * (distance - before)
  state.squares += (distance - before) * (distance - state.meanDistance)
  if (state.rows <= warmUpErrors) return false
  const sd = state.errors > 1 ? Math.sqrt(state.squares / (state.errors - 1)) : 0
  const level = state.meanDistance + 2 * sd
  if (level > state.largest) {
    state.largest = level
    return false
  }
  return state.errors > warmUpErrors && level / state.largest < share
}
