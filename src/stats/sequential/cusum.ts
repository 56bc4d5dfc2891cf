import type { ErrorStreamMethod, ErrorStreamState } from './error-stream.ts'

export interface CusumOptions {
  /** Losses before it listens, ≥ 2. */
  readonly warmUpRows: number
  /** A shift of the mean so small does not count, ≥ 0, in standard deviations. */
  readonly tolerance: number
  /** Sum of deviations that is an alarm, > 0, in standard deviations. */
  readonly threshold: number
  /** One loss counts for at most so much, > tolerance, in standard deviations. */
  readonly cap: number
  /** Whether a fall of the mean is an alarm too. */
  readonly isTwoSided: boolean
}

export interface CusumState extends ErrorStreamState {
  readonly options: CusumOptions
  mean: number
  squares: number
  up: number
  down: number
}

/**
 * CUSUM that learns its own baseline: the sum of standardised deviations beyond a tolerance, never below 0.
 *
 * With mean x̄ and standard deviation s of the n losses before: u = √(n/(n + 1)) (x − x̄)/s, cut to ±cap;
 * S ← max(0, S + u − k), alarm when S > h; for falls likewise with −u. Nothing is summed while s = 0. The cap keeps the
 * first errors of a nearly perfect model, which lie many deviations out, from being an alarm each.
 *
 * @see Page 1954; Hawkins 1987 (self-starting)
 */
export const cusum: ErrorStreamMethod<CusumOptions, CusumState> = {
  id: 'cusum',
  losses: 'any',
  start: (options) => ({ options, rows: 0, alarm: null, mean: 0, squares: 0, up: 0, down: 0 }),
  warmUpLeft: ({ rows, options, alarm }) =>
    alarm === null ? Math.max(0, options.warmUpRows - rows) : options.warmUpRows,

  next(state, losses, from) {
    if (state.alarm !== null) Object.assign(state, cusum.start(state.options))
    const { warmUpRows, tolerance, threshold, cap, isTwoSided } = state.options
    let { rows, mean, squares, up, down } = state
    let found = -1
    for (let i = from; i < losses.length; i++) {
      const x = losses[i]!
      if (!Number.isFinite(x)) continue
      const before = x - mean
      if (rows >= warmUpRows && squares > 0) {
        const far = Math.sqrt(rows / (rows + 1)) * (before / Math.sqrt(squares / (rows - 1)))
        const u = Math.max(-cap, Math.min(cap, far))
        up = Math.max(0, up + u - tolerance)
        down = isTwoSided ? Math.max(0, down - u - tolerance) : 0
      }
      rows++
      mean += before / rows
      squares += before * (x - mean)
      if (up > threshold) state.alarm = 'rise'
      else if (down > threshold) state.alarm = 'other'
      else continue
      found = i
      break
    }
    Object.assign(state, { rows, mean, squares, up, down })
    return found
  },
}
