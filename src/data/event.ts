/** What one cell of an event may hold. */
export type EventValue = string | number | boolean | null

interface EventBase {
  /** The sender's own id: the same id again changes nothing. 1 to 200 characters. */
  readonly id: string
  readonly model: string
  /** Event time, ms since 1970 UTC. */
  readonly time: number
}

/** A model answered. */
export interface PredictionEvent extends EventBase {
  readonly type: 'prediction'
  /** The prediction it tells of: its own id, or that of an earlier event which it corrects. */
  readonly predictionId: string
  readonly features: Readonly<Record<string, EventValue>>
  /** P(positive) or the value; one probability a class, in the order of the classes or by name; null: not told. */
  readonly score: number | readonly number[] | Readonly<Record<string, number>> | null
  /** Number of the version that answered; null: not told. */
  readonly version: number | null
}

/** What came true of a prediction. Of several, the newest by event time counts, and of equally new ones the last to come. */
export interface LabelEvent extends EventBase {
  readonly type: 'label'
  readonly predictionId: string
  /** Null takes an earlier label back. */
  readonly label: EventValue
}

/** What people or systems said about a prediction: kept, exported, never learned from. */
export interface FeedbackEvent extends EventBase {
  readonly type: 'feedback'
  readonly predictionId: string | null
  readonly body: Readonly<Record<string, unknown>>
}

export type KeepfitEvent = PredictionEvent | LabelEvent | FeedbackEvent
