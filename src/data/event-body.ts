import type { EventValue, KeepfitEvent } from './event.ts'

/** One letter a type of event, as it is stored. */
export type EventLetter = 'p' | 'l' | 'f'

/** What is stored of an event beside its body. */
export interface StoredEvent {
  readonly type: EventLetter
  readonly id: string
  readonly model: string
  readonly time: number
  readonly predictionId: string | null
  readonly version: number | null
  /** As `eventBody` gave it. */
  readonly body: string
}

const LETTERS = { prediction: 'p', label: 'l', feedback: 'f' } as const

/** The letter of an event's type. */
export function eventLetter(event: KeepfitEvent): EventLetter {
  return LETTERS[event.type]
}

/**
 * What an event says beside its id, model, type, times and version, as canonical JSON: keys in order of their UTF-16
 * units, so that equal content is equal text, whatever order the sender wrote it in.
 */
export function eventBody(event: KeepfitEvent): string {
  switch (event.type) {
    case 'prediction': {
      const score = event.score === null ? '' : `,"score":${canonicalJson(event.score)}`
      return `{"features":${canonicalJson(event.features)}${score}}`
    }
    case 'label':
      return `{"label":${JSON.stringify(event.label)}}`
    case 'feedback':
      return `{"body":${canonicalJson(event.body)}}`
  }
}

/** The event of what was stored: the inverse of `eventBody`, but for the order of keys. */
export function storedEvent(stored: StoredEvent): KeepfitEvent {
  const { id, model, time, predictionId, version } = stored
  const body = JSON.parse(stored.body) as {
    features?: Record<string, EventValue>
    score?: number | number[] | Record<string, number>
    label?: EventValue
    body?: Record<string, unknown>
  }
  switch (stored.type) {
    case 'p': {
      const { features = {}, score = null } = body
      return { type: 'prediction', id, model, time, predictionId: predictionId ?? id, features, score, version }
    }
    case 'l':
      return { type: 'label', id, model, time, predictionId: predictionId ?? id, label: body.label ?? null }
    case 'f':
      return { type: 'feedback', id, model, time, predictionId, body: body.body ?? {} }
  }
}

/** JSON text of a JSON value with the keys of every object in order. What JSON cannot say (NaN, ±∞) is null. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const entries = value as Record<string, unknown>
  let text = ''
  for (const key of Object.keys(entries).sort()) {
    const inner = entries[key]
    if (inner !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(inner)}`
  }
  return `{${text}}`
}
