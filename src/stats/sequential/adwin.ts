import type { ErrorStreamMethod, ErrorStreamState } from './error-stream.ts'

export interface AdwinOptions {
  /** Chance of a false alarm that the bound allows for one cut, in (0, 1). */
  readonly delta: number
  /** It looks for a cut after every so many losses, ≥ 1. */
  readonly clock: number
  /** Buckets of one size before two become one of twice the size, ≥ 2. */
  readonly maxBuckets: number
  /** Losses on either side of a cut, ≥ 1. */
  readonly minSideRows: number
  /** It does not look before it keeps more losses than this, ≥ 1. */
  readonly graceRows: number
}

export interface AdwinState extends ErrorStreamState {
  readonly options: AdwinOptions
  /** Losses it still keeps, their sum, and the sum of their squared deviations from the mean. */
  width: number
  total: number
  squares: number
  /** Buckets of 1, 2, 4 … losses: how many of each, and in slots of maxBuckets + 1 a size their sums, oldest first. */
  counts: number[]
  totals: number[]
  spreads: number[]
}

/**
 * ADWIN2: as long a window of losses as has one mean; an alarm when an old part of it had another and is dropped.
 *
 * For each cut between buckets, v = variance of the window, n its width, L = ln(2 ln n / δ),
 * m = 1/(n₀ − k + 1) + 1/(n₁ − k + 1), k = least side: cut when |μ₀ − μ₁| > √(2 m v L) + ⅔ m L. Equal to `river` 0.26, in
 * detections, width, mean and variance (`squares`, which is what `river` calls the variance); as there, it begins anew
 * after an alarm. A rise is when the first cut found has the higher mean on its newer side.
 *
 * @see Bifet & Gavaldà 2007
 */
export const adwin: ErrorStreamMethod<AdwinOptions, AdwinState> = {
  id: 'adwin',
  losses: 'any',
  start: (options) => ({
    options,
    rows: 0,
    alarm: null,
    width: 0,
    total: 0,
    squares: 0,
    counts: [0],
    totals: emptySlots(options),
    spreads: emptySlots(options),
  }),
  warmUpLeft({ rows, options, alarm }) {
    const { graceRows, minSideRows, clock } = options
    const firstLook = Math.ceil(Math.max(graceRows + 1, 2 * minSideRows) / clock) * clock
    return Math.max(0, firstLook - 1 - (alarm === null ? rows : 0))
  },

  next(state, losses, from) {
    if (state.alarm !== null) Object.assign(state, adwin.start(state.options))
    const { clock, graceRows } = state.options
    for (let i = from; i < losses.length; i++) {
      const x = losses[i]!
      if (!Number.isFinite(x)) continue
      insert(state, x)
      if (state.rows % clock !== 0 || state.width <= graceRows) continue
      const first = findCut(state)
      if (first === 0) continue
      while (findCut(state) !== 0);
      state.alarm = first > 0 ? 'rise' : 'other'
      return i
    }
    return -1
  },
}

function emptySlots({ maxBuckets }: AdwinOptions): number[] {
  return Array.from({ length: maxBuckets + 1 }, () => 0)
}

function insert(state: AdwinState, x: number): void {
  const at = state.counts[0]!
  state.totals[at] = x
  state.spreads[at] = 0
  state.counts[0] = at + 1
  state.rows++
  state.width++
  if (state.width > 1) {
    const delta = x - state.total / (state.width - 1)
    state.squares += ((state.width - 1) * delta * delta) / state.width
  }
  state.total += x
  if (at === state.options.maxBuckets) compress(state)
}

/** Two oldest buckets of a size that has too many become one of the next size, as far up as it takes. */
function compress(state: AdwinState): void {
  const { counts, totals, spreads } = state
  const slots = state.options.maxBuckets + 1
  for (let level = 0, size = 1; counts[level] === slots; level++, size *= 2) {
    const base = level * slots
    const apart = totals[base]! / size - totals[base + 1]! / size
    if (level + 1 === counts.length) {
      counts.push(0)
      for (let slot = 0; slot < slots; slot++) {
        totals.push(0)
        spreads.push(0)
      }
    }
    const to = base + slots + counts[level + 1]!
    totals[to] = totals[base]! + totals[base + 1]!
    spreads[to] = spreads[base]! + spreads[base + 1]! + size * 0.5 * apart * apart
    counts[level + 1]!++
    drop(state, level, 2)
  }
}

function drop({ counts, totals, spreads, options }: AdwinState, level: number, buckets: number): void {
  const base = level * (options.maxBuckets + 1)
  const left = counts[level]! - buckets
  for (let slot = 0; slot < left; slot++) {
    totals[base + slot] = totals[base + slot + buckets]!
    spreads[base + slot] = spreads[base + slot + buckets]!
  }
  counts[level] = left
}

/** Drops the oldest bucket if some cut parts two means: > 0 when the newer part had the higher one, < 0 the lower; 0 = no cut. */
function findCut(state: AdwinState): number {
  const { counts, totals, width } = state
  const { delta, minSideRows, maxBuckets } = state.options
  const log = Math.log((2 * Math.log(width)) / delta)
  const variance = state.squares / width
  let oldRows = 0
  let newRows = width
  let oldSum = 0
  let newSum = state.total
  for (let level = counts.length - 1; level >= 0; level--) {
    const size = 2 ** level
    const base = level * (maxBuckets + 1)
    for (let slot = 0; slot < counts[level]!; slot++) {
      oldRows += size
      newRows -= size
      oldSum += totals[base + slot]!
      newSum -= totals[base + slot]!
      if (newRows < minSideRows) return 0
      if (oldRows < minSideRows) continue
      const apart = oldSum / oldRows - newSum / newRows
      const m = 1 / (oldRows - minSideRows + 1) + 1 / (newRows - minSideRows + 1)
      if (Math.abs(apart) > Math.sqrt(2 * m * variance * log) + (2 / 3) * log * m) {
        dropOldest(state)
        return -apart
      }
    }
  }
  return 0
}

function dropOldest(state: AdwinState): void {
  const level = state.counts.length - 1
  const base = level * (state.options.maxBuckets + 1)
  const size = 2 ** level
  const mean = state.totals[base]! / size
  state.width -= size
  state.total -= state.totals[base]!
  const rest = mean - state.total / state.width
  state.squares -= state.spreads[base]! + (size * state.width * rest * rest) / (size + state.width)
  drop(state, level, 1)
  if (state.counts[level] !== 0) return
  state.counts.pop()
  state.totals.length = base
  state.spreads.length = base
}
