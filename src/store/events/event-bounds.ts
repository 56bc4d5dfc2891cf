/** What is asked of the events of one model, wherever they lie. Null: without that bound. */
export interface EventBounds {
  readonly model: string
  /** Only events that had come in by then. */
  readonly upToSeq: number | null
  /** Only events of this event time or older. */
  readonly upToTime: number | null
}

/** start ≤ event time < end, ms since 1970 UTC. */
export interface TimeSpan {
  readonly start: number
  readonly end: number
}
