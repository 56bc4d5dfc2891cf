import type { ErrorStreamMethod, ErrorStreamState } from './error-stream.ts'

export interface FhddmOptions {
  /** Losses in the sliding window, ≥ 2. */
  readonly windowRows: number
  /** Chance of a false alarm that the bound allows for one comparison, in (0, 1). */
  readonly confidence: number
}

export interface FhddmState extends ErrorStreamState {
  readonly options: FhddmOptions
  /** The newest losses; the oldest of them at `head` once there are windowRows. */
  ring: number[]
  head: number
  sum: number
  /** Most hits (rows minus losses) that the window ever held; −1 = it was never full. */
  mostHits: number
}

/**
 * FHDDM: the hit rate of a sliding window against the best it ever was, by Hoeffding's bound.
 *
 * With n rows in the window and h = 1 − mean loss: alarm when max h − h > √(ln(1/c) / 2n). Equal to `river` 0.26 where that
 * is fed hits, as its authors mean it to be, and not errors.
 *
 * @see Pesaranghader & Viktor 2016
 */
export const fhddm: ErrorStreamMethod<FhddmOptions, FhddmState> = {
  id: 'fhddm',
  losses: '0/1',
  start: (options) => ({ options, rows: 0, alarm: null, ring: [], head: 0, sum: 0, mostHits: -1 }),
  warmUpLeft({ rows, options, alarm }) {
    // The first full window sets the mark; it takes more than n·ε further errors to fall that far below it.
    const first = options.windowRows + Math.floor(options.windowRows * radius(options))
    return Math.max(0, first - (alarm === null ? rows : 0))
  },

  next(state, losses, from) {
    if (state.alarm !== null) Object.assign(state, fhddm.start(state.options))
    const { windowRows } = state.options
    const limit = radius(state.options)
    const { ring } = state
    let { rows, head, sum, mostHits } = state
    let found = -1
    for (let i = from; i < losses.length; i++) {
      const x = losses[i]!
      if (!Number.isFinite(x)) continue
      rows++
      sum += x
      if (ring.length < windowRows) ring.push(x)
      else {
        sum -= ring[head]!
        ring[head] = x
        head = head + 1 === windowRows ? 0 : head + 1
      }
      if (rows < windowRows) continue
      const hits = windowRows - sum
      if (hits > mostHits) mostHits = hits
      if (mostHits / windowRows - hits / windowRows > limit) {
        found = i
        break
      }
    }
    Object.assign(state, { rows, head, sum, mostHits })
    if (found >= 0) state.alarm = 'rise'
    return found
  },
}

function radius({ windowRows, confidence }: FhddmOptions): number {
  return Math.sqrt(Math.log(1 / confidence) / (2 * windowRows))
}
