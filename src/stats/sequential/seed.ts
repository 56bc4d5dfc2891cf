import type { ErrorStreamMethod, ErrorStreamState } from './error-stream.ts'

export interface SeedOptions {
  /** Chance of a false alarm that the bound allows for one cut, in (0, 1). */
  readonly delta: number
  /** Losses of a block, ≥ 2; it looks for a cut after every full one. */
  readonly blockRows: number
  /** Neighbouring blocks become one after every so many new blocks, ≥ 2. */
  readonly compressBlocks: number
  /** How far apart the means of the newest two blocks may lie then, > 0; as much is added for each older pair. */
  readonly tolerance: number
}

export interface SeedState extends ErrorStreamState {
  readonly options: SeedOptions
  /** Blocks, oldest first: rows, mean, sum of squared deviations from it. The last is being filled. */
  counts: number[]
  means: number[]
  squares: number[]
  /** Blocks begun since neighbours were last joined. */
  fresh: number
}

/**
 * SEED: blocks of losses, of which neighbours with much the same mean become one; an alarm when a cut between blocks parts
 * two means.
 *
 * For each cut, v = variance of all rows, n how many, L = ln(2 ln n / δ), m = 1/n₀ + 1/n₁: alarm when
 * |μ₀ − μ₁| > √(2 m v L) + ⅔ m L, the cuts taken from the newest. Where MOA estimates the variance of a window from its growing total, we merge the
 * blocks' own; and it begins anew after an alarm, as all methods here do, where MOA's keeps the newer blocks.
 *
 * @see Huang, Koh, Dobbie & Pears 2014
 */
export const seed: ErrorStreamMethod<SeedOptions, SeedState> = {
  id: 'seed',
  losses: 'any',
  start: (options) => ({ options, rows: 0, alarm: null, counts: [], means: [], squares: [], fresh: 0 }),
  warmUpLeft: ({ rows, options, alarm }) => Math.max(0, 2 * options.blockRows - 1 - (alarm === null ? rows : 0)),

  next(state, losses, from) {
    if (state.alarm !== null) Object.assign(state, seed.start(state.options))
    const { blockRows } = state.options
    for (let i = from; i < losses.length; i++) {
      const x = losses[i]!
      if (!Number.isFinite(x)) continue
      if (state.rows % blockRows === 0) openBlock(state)
      state.rows++
      const at = state.counts.length - 1
      const before = x - state.means[at]!
      state.counts[at]!++
      state.means[at]! += before / state.counts[at]!
      state.squares[at]! += before * (x - state.means[at]!)
      if (state.rows % blockRows !== 0) continue
      const rise = findCut(state)
      if (rise === 0) continue
      state.alarm = rise > 0 ? 'rise' : 'other'
      return i
    }
    return -1
  },
}

function openBlock(state: SeedState): void {
  const { counts, means, squares, options } = state
  if (state.fresh === options.compressBlocks) {
    let limit = 0
    for (let at = counts.length - 1; at > 0; at--) {
      limit += options.tolerance
      if (Math.abs(means[at]! - means[at - 1]!) < limit) join(state, at)
    }
    state.fresh = 0
  }
  state.fresh++
  counts.push(0)
  means.push(0)
  squares.push(0)
}

/** Block `at` becomes part of the one before it (Chan, Golub & LeVeque 1979). */
function join({ counts, means, squares }: SeedState, at: number): void {
  const [a, b] = [counts[at - 1]!, counts[at]!]
  const apart = means[at]! - means[at - 1]!
  counts[at - 1] = a + b
  means[at - 1]! += (apart * b) / (a + b)
  squares[at - 1]! += squares[at]! + (apart * apart * a * b) / (a + b)
  counts.splice(at, 1)
  means.splice(at, 1)
  squares.splice(at, 1)
}

/** How much higher the mean is after the newest cut that parts two means; 0 = no cut. */
function findCut({ counts, means, squares, rows, options }: SeedState): number {
  let mean = 0
  let spread = 0
  for (let at = 0, n = 0; at < counts.length; at++) {
    const [block, apart] = [counts[at]!, means[at]! - mean]
    n += block
    mean += (apart * block) / n
    spread += squares[at]! + (apart * apart * block * (n - block)) / n
  }
  const log = Math.log((2 * Math.log(rows)) / options.delta)
  let newRows = 0
  let newMean = 0
  for (let at = counts.length - 1; at > 0; at--) {
    newRows += counts[at]!
    newMean += ((means[at]! - newMean) * counts[at]!) / newRows
    const oldRows = rows - newRows
    const apart = ((newMean - mean) * rows) / oldRows
    const m = 1 / oldRows + 1 / newRows
    if (Math.abs(apart) > Math.sqrt(2 * m * (spread / rows) * log) + (2 / 3) * m * log) return apart
  }
  return 0
}
