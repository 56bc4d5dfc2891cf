import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import type { ErrorStreamMethod, ErrorStreamState } from './error-stream.ts'

export interface StepdOptions {
  /** Losses that count as recent, ≥ 2. */
  readonly recentRows: number
  /** Level of each single test, two-sided, in (0, 1). */
  readonly alpha: number
}

export interface StepdState extends ErrorStreamState {
  readonly options: StepdOptions
  /** The newest losses; the oldest of them at `head` once there are recentRows. */
  ring: number[]
  head: number
  recentSum: number
  olderSum: number
}

/**
 * STEPD: the newest losses against all older ones, by the test of equal proportions with correction for continuity.
 *
 * T = (|p_o − p_r| − ½(1/n_o + 1/n_r)) / √(p̂(1 − p̂)(1/n_o + 1/n_r)); alarm when T > z(1 − α/2) and p_r > p_o, asked once
 * n_o ≥ n_r = recentRows. It tests at every loss: α is not the rate of false alarms, which is many times higher. After a
 * long stretch without any error the first one is an alarm: the normal approximation fails there. Unlike
 * MOA's it does not speak of falls, nor begin anew after them.
 *
 * @see Nishida & Yamauchi 2007
 */
export const stepd: ErrorStreamMethod<StepdOptions, StepdState> = {
  id: 'stepd',
  losses: '0/1',
  start: (options) => ({ options, rows: 0, alarm: null, ring: [], head: 0, recentSum: 0, olderSum: 0 }),
  warmUpLeft: ({ rows, options, alarm }) => Math.max(0, 2 * options.recentRows - 1 - (alarm === null ? rows : 0)),

  next(state, losses, from) {
    if (state.alarm !== null) Object.assign(state, stepd.start(state.options))
    const { recentRows, alpha } = state.options
    const { ring } = state
    const critical = normalQuantile(1 - alpha / 2, 0, 1)
    let { rows, head, recentSum, olderSum } = state
    let found = -1
    for (let i = from; i < losses.length; i++) {
      const x = losses[i]!
      if (!Number.isFinite(x)) continue
      rows++
      recentSum += x
      if (ring.length < recentRows) ring.push(x)
      else {
        recentSum -= ring[head]!
        olderSum += ring[head]!
        ring[head] = x
        head = head + 1 === recentRows ? 0 : head + 1
      }
      const olderRows = rows - recentRows
      if (olderRows < recentRows) continue
      const apart = recentSum / recentRows - olderSum / olderRows
      if (apart <= 0) continue
      const pooled = (recentSum + olderSum) / rows
      const perRow = 1 / olderRows + 1 / recentRows
      if (apart - 0.5 * perRow > critical * Math.sqrt(Math.max(0, pooled * (1 - pooled)) * perRow)) {
        found = i
        break
      }
    }
    Object.assign(state, { rows, head, recentSum, olderSum })
    if (found >= 0) state.alarm = 'rise'
    return found
  },
}
