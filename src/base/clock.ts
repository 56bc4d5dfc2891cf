/** Milliseconds since 1970-01-01T00:00Z. */
export type Instant = number

/** Where "now" comes from. A backtest plays its own. */
export interface Clock {
  now(): Instant
}

/** The machine's clock: the one place that asks for it. */
export const systemClock: Clock = { now: () => Date.now() }
