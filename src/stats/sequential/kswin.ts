import { sampleWithoutReplacement, seededRng } from '../../base/rng.ts'
import type { ErrorStreamMethod, ErrorStreamState } from './error-stream.ts'

export interface KswinOptions {
  /** Level of each single test, in (0, 1). */
  readonly alpha: number
  /** Losses it keeps, ≥ 2 × recentRows. */
  readonly windowRows: number
  /** How many of them are recent, and drawn from the older ones to be held against them, ≥ 1. */
  readonly recentRows: number
  readonly seed: number
}

export interface KswinState extends ErrorStreamState {
  readonly options: KswinOptions
  /** The newest losses; the oldest of them at `head` once there are windowRows. */
  ring: number[]
  head: number
  /** Random numbers drawn since it last began anew. */
  draws: number
}

/** Distances up to this are never an alarm, whatever their p-value. */
const LEAST_DISTANCE = 0.1
/** By how much mulberry32 moves its state with each number: a stream can be taken up where it was left. */
const STEP = 0x6d2b79f5

/**
 * KSWIN: the newest losses against as many drawn from those shortly before, by the exact Kolmogorov–Smirnov test.
 *
 * With r losses a side and D = h/r: p = 2 Σₖ (−1)ᵏ⁺¹ C(2r, r − kh) / C(2r, r); alarm when p ≤ α and D > .1. Equal to
 * `river` 0.26 but for the source of its samples: mulberry32 by partial Fisher–Yates, seeded at each beginning. It tests
 * at every loss: α is not the rate of false alarms, which is many times higher. A rise is when the newest losses have a
 * higher mean than the older ones.
 *
 * @see Raab, Heusinger & Schleif 2020
 */
export const kswin: ErrorStreamMethod<KswinOptions, KswinState> = {
  id: 'kswin',
  losses: 'any',
  start: (options) => ({ options, rows: 0, alarm: null, ring: [], head: 0, draws: 0 }),
  warmUpLeft: ({ rows, options, alarm }) => Math.max(0, options.windowRows - 1 - (alarm === null ? rows : 0)),

  next(state, losses, from) {
    if (state.alarm !== null) Object.assign(state, kswin.start(state.options))
    const { windowRows, recentRows, alpha, seed } = state.options
    const rng = seededRng((seed + Math.imul(state.draws, STEP)) | 0)
    const critical = criticalSteps(recentRows, alpha)
    const recent = new Float64Array(recentRows)
    const older = new Float64Array(recentRows)
    for (let i = from; i < losses.length; i++) {
      const x = losses[i]!
      if (!Number.isFinite(x)) continue
      state.rows++
      if (state.ring.length < windowRows) state.ring.push(x)
      else {
        state.ring[state.head] = x
        state.head = (state.head + 1) % windowRows
      }
      if (state.ring.length < windowRows) continue
      const drawn = sampleWithoutReplacement(windowRows - recentRows, recentRows, rng)
      state.draws += recentRows
      for (let k = 0; k < recentRows; k++) {
        older[k] = state.ring[(state.head + drawn[k]!) % windowRows]!
        recent[k] = state.ring[(state.head + windowRows - recentRows + k) % windowRows]!
      }
      if (largestSteps(older.sort(), recent.sort()) < critical) continue
      state.alarm = isRise(state) ? 'rise' : 'other'
      return i
    }
    return -1
  },
}

/** D · r of two sorted samples of r values each. */
function largestSteps(a: Float64Array, b: Float64Array): number {
  let [i, j, largest] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const at = Math.min(a[i]!, b[j]!)
    while (i < a.length && a[i]! <= at) i++
    while (j < b.length && b[j]! <= at) j++
    largest = Math.max(largest, Math.abs(i - j))
  }
  return largest
}

/** Smallest D · r that is an alarm; r + 1 when none is. */
function criticalSteps(rows: number, alpha: number): number {
  let steps = 1
  while (steps <= rows && !(steps / rows > LEAST_DISTANCE && tail(rows, steps) <= alpha)) steps++
  return steps
}

/** P(D ≥ h/r) of two samples of r values each (Gnedenko & Korolyuk 1951), by Horner's scheme over falling ratios. */
function tail(rows: number, steps: number): number {
  let p = 0
  for (let k = Math.floor(rows / steps); k >= 1; k--) {
    let ratio = 1
    for (let j = 0; j < steps; j++) ratio *= (rows - (k - 1) * steps - j) / (rows + (k - 1) * steps + j + 1)
    p = ratio * (1 - p)
  }
  return 2 * p
}

function isRise({ ring, head, options }: KswinState): boolean {
  const olderRows = options.windowRows - options.recentRows
  let [older, recent] = [0, 0]
  for (let k = 0; k < ring.length; k++) {
    const x = ring[(head + k) % ring.length]!
    if (k < olderRows) older += x
    else recent += x
  }
  return recent / options.recentRows > older / olderRows
}
