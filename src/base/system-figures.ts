/** What the database knows of the whole system, as metrics tell it; in a split system each process tells the same. */
export interface SystemFigures {
  readonly runs: readonly { readonly model: string; readonly state: string; readonly count: number }[]
  readonly decisions: readonly { readonly model: string; readonly kind: string; readonly count: number }[]
  readonly models: readonly ModelFigures[]
  readonly outboxWaiting: number
  readonly outboxGivenUp: number
}

export interface ModelFigures {
  readonly model: string
  readonly windowsClosed: number
  readonly windowsMatured: number
  /** Newest event time that is known; null: no event yet. Ms since 1970 UTC. */
  readonly newestTime: number | null
  /** Up to here windows are closed. Ms since 1970 UTC. */
  readonly closedTo: number | null
  /** Halves of predictions that wait for the other, counted up to `MOST_HALVES_COUNTED`. */
  readonly halvesWaiting: number
  /** Halves that waited in vain. */
  readonly halvesExpired: number
}

/** Where one side of a serving system is never logged, millions wait: more than this needs no exact number. Count. */
export const MOST_HALVES_COUNTED = 100_000
