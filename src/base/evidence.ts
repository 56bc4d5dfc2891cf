/** Where a number may plausibly lie: `low` ≤ true value ≤ `high` at confidence `level` (a probability in (0, 1)). */
export interface Interval {
  readonly low: number
  readonly high: number
  readonly level: number
}

/** The unit a measured value is in. Shown beside it wherever it is shown. */
export type Unit =
  | 'nats'
  | 'share'
  | 'loss per row'
  | 'metric'
  | 'ratio'
  | 'rows'
  | 'window'
  | 'alarms'
  | 'correlation'
  | 'standard deviations'

interface Measured {
  /** Id of the detector that measured. */
  readonly detector: string
  /** The feature, metric or pair of versions it is about. */
  readonly subject: string
  /** Rows it rests on (n). */
  readonly rows: number
}

/** What the reference's own windows differ by · what samples of so many rows differ by · a number set beforehand. */
export type ThresholdFrom = 'reference windows' | 'sampling error' | 'fixed'

/** A detector saw a distance between two samples. */
export interface DistanceEvidence extends Measured {
  readonly kind: 'distance'
  /** Where only what lasts counts: the smallest of several windows in a row. */
  readonly value: number
  readonly unit: Unit
  readonly threshold: number
  /** How the threshold was set, where a detector has more than one way. */
  readonly thresholdFrom?: ThresholdFrom
  /** The fixed threshold that is customary for such a distance, where another decides. */
  readonly customary?: number
  /** The distance in this window alone, where `value` looks back. */
  readonly latest?: number
  readonly alarm: boolean
}

/** A detector ran a hypothesis test. */
export interface PValueEvidence extends Measured {
  readonly kind: 'p-value'
  readonly statistic: number
  readonly pValue: number
  readonly alpha: number
  readonly alarm: boolean
}

/** A detector estimated a quantity with its interval. `baseline` is what it is held against, where there is one. */
export interface EstimateEvidence extends Measured {
  readonly kind: 'estimate'
  readonly value: number
  readonly interval: Interval
  readonly unit: Unit
  readonly baseline?: number
  /** The same estimate one window earlier, where the detector smooths over windows. */
  readonly previous?: number
}

/** Too little data to say anything. Never read as "all is well". */
export interface InsufficientEvidence extends Measured {
  readonly kind: 'insufficient'
  /** Rows after which asking again is worth it, > `rows`. */
  readonly needRows: number
  /** Where more rows are not the whole answer: what stands in the way, in plain words. */
  readonly because?: string
}

/** What a detector saw. It measures; it never decides: decisions are made in `triggers/`. */
export type Evidence = DistanceEvidence | PValueEvidence | EstimateEvidence | InsufficientEvidence
