import type { ErrorStreamMethod, ErrorStreamState } from './error-stream.ts'

export interface PageHinkleyOptions {
  /** Losses before it listens, ≥ 1. */
  readonly warmUpRows: number
  /** A change of the mean loss so small does not count, ≥ 0, in loss. */
  readonly tolerance: number
  /** Sum of deviations that is an alarm, > 0, in loss. */
  readonly threshold: number
  /** What is left of a deviation after one more loss, in (0, 1]. */
  readonly memory: number
  /** Whether a fall of the mean is an alarm too. */
  readonly isTwoSided: boolean
}

export interface PageHinkleyState extends ErrorStreamState {
  readonly options: PageHinkleyOptions
  mean: number
  up: number
  down: number
  leastUp: number
  mostDown: number
}

/**
 * Page–Hinkley: the sum of deviations from the running mean against its lowest point.
 *
 * U ← αU + (x − x̄ − δ), alarm when U − min U > λ; for falls D ← αD + (x − x̄ + δ), alarm when max D − D > λ.
 * Equal to `river` 0.26, in which max D begins at −1.
 *
 * @see Page 1954; Hinkley 1971
 */
export const pageHinkley: ErrorStreamMethod<PageHinkleyOptions, PageHinkleyState> = {
  id: 'page-hinkley',
  losses: 'any',
  start: (options) => ({
    options,
    rows: 0,
    alarm: null,
    mean: 0,
    up: 0,
    down: 0,
    leastUp: Number.MAX_VALUE,
    mostDown: -1,
  }),
  warmUpLeft: ({ rows, options, alarm }) => Math.max(0, options.warmUpRows - 1 - (alarm === null ? rows : 0)),

  next(state, losses, from) {
    if (state.alarm !== null) Object.assign(state, pageHinkley.start(state.options))
    const { warmUpRows, tolerance, threshold, memory, isTwoSided } = state.options
    let { rows, mean, up, down, leastUp, mostDown } = state
    let found = -1
    for (let i = from; i < losses.length; i++) {
      const x = losses[i]!
      if (!Number.isFinite(x)) continue
      rows++
      mean += (1 / rows) * (x - mean)
      const deviation = x - mean
      up = memory * up + deviation - tolerance
      down = memory * down + deviation + tolerance
      if (up < leastUp) leastUp = up
      if (down > mostDown) mostDown = down
      if (rows < warmUpRows) continue
      if (up - leastUp > threshold) state.alarm = 'rise'
      else if (isTwoSided && mostDown - down > threshold) state.alarm = 'other'
      else continue
      found = i
      break
    }
    Object.assign(state, { rows, mean, up, down, leastUp, mostDown })
    return found
  },
}
