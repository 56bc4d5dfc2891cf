import type { Instant } from './clock.ts'

/** What the world can be told of a model. */
export const MESSAGE_EVENTS = [
  'adopted',
  'promoted',
  'reinstated',
  'returned',
  'rolled-back',
  'proposed',
  'quarantined',
  'run-failed',
  'breaker-opened',
  'breaker-closed',
] as const
export type MessageEvent = (typeof MESSAGE_EVENTS)[number]

/** Something that happened and must be told to one target. */
export interface Message {
  /** The same at every attempt: by it a receiver knows what it has heard already. */
  readonly id: string
  readonly model: string
  readonly event: MessageEvent
  /** Name of the target: `hookName` (integrations/hook-config.ts). */
  readonly target: string
  /** What else is to be said: version, previous, because … */
  readonly body: Readonly<Record<string, unknown>>
  readonly writtenAt: Instant
  /** Which attempt this is, from 1. */
  readonly attempt: number
}

/** What came of one attempt. `detail` and `why` are a sentence, without secrets and without what was answered. */
export type Delivery =
  | { readonly kind: 'delivered'; readonly detail: string }
  | {
      readonly kind: 'failed'
      readonly why: string
      /** The target said for how long it wants to be left alone. Milliseconds. */
      readonly retryAfterMs?: number
      /** Trying again cannot help. */
      readonly isFinal?: boolean
    }

/**
 * The text that every target gets, as Standard Webhooks has it: type, time and data. The same at every attempt.
 * @returns JSON such as `{"type":"model.rolled_back","timestamp":"2026-01-31T12:00:00.000Z","data":{"model":"churn"}}`
 */
export function messageText({ event, model, writtenAt, body }: Message): string {
  const type = `model.${event.replaceAll('-', '_')}`
  return JSON.stringify({ type, timestamp: new Date(writtenAt).toISOString(), data: { model, ...body } })
}
