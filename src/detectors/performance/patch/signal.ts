import type { PatchOutcome } from './tables.ts'

/** Weight of the past at each new batch (ρ). */
const SIGNAL_MEMORY = 0.5
/** Standard errors below the estimate that still count (z). */
export const SIGNAL_Z = 1

/** Smoothed avoidable loss of one live version, as decayed sums over its batches; the letters are those of docs/deciding.md. */
export interface Signal {
  /** Loss that could have been avoided, Σd. */
  readonly m: number
  /** Rows that it rests on. */
  readonly w: number
  /** Spread within batches, Σd². */
  readonly v: number
  /** Spread between batches, in squared loss. */
  readonly u: number
}

export const NO_SIGNAL: Signal = { m: 0, w: 0, v: 0, u: 0 }

/**
 * Adds one batch: m ← ρm + S; w ← ρw + n; v ← ρv + V; g = m/w; u ← ρ²u + (S − n·g)², with S = Σd, V = Σd².
 * `u` holds the spread between batches, so that day effects widen the interval.
 */
export function addToSignal(signal: Signal, batch: PatchOutcome): Signal {
  const m = SIGNAL_MEMORY * signal.m + batch.sum
  const w = SIGNAL_MEMORY * signal.w + batch.rows
  const v = SIGNAL_MEMORY * signal.v + batch.sumSquares
  const u = SIGNAL_MEMORY ** 2 * signal.u + (batch.sum - batch.rows * (m / w)) ** 2
  return { m, w, v, u }
}

/** g = m/w, loss per row that could have been avoided, with its standard error √(v + u + 1)/w. Needs w > 0. */
export function readSignal(signal: Signal): { gap: number; standardError: number } {
  return { gap: signal.m / signal.w, standardError: Math.sqrt(signal.v + signal.u + 1) / signal.w }
}
