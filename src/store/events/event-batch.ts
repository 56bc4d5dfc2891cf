import { hash } from 'node:crypto'
import type { KeepfitEvent } from '../../data/event.ts'
import { eventBody, eventLetter } from '../../data/event-body.ts'

/** An event made ready for the database: what costs time is done before a transaction begins. */
export interface EncodedEvent {
  readonly event: KeepfitEvent
  readonly body: string
  /** 16 bytes of SHA-256 of model and id. */
  readonly key: Buffer
  /** 16 bytes of SHA-256 of everything else. */
  readonly hash: Buffer
}

const DIGEST_BYTES = 16

/** Encodes an event: its canonical body, and the digests by which a repeat and another body of the same id are told. */
export function encodeEvent(event: KeepfitEvent): EncodedEvent {
  const body = eventBody(event)
  const version = event.type === 'prediction' ? event.version : null
  const head = JSON.stringify([eventLetter(event), event.time, event.predictionId, version])
  return {
    event,
    body,
    key: hash('sha256', `${event.model}\n${event.id}`, 'buffer').subarray(0, DIGEST_BYTES),
    hash: hash('sha256', `${head}\n${body}`, 'buffer').subarray(0, DIGEST_BYTES),
  }
}

/** Parameters of `insertEvents`: numbers as array literals, all texts and all digests in one buffer each. */
export interface PackedEvents {
  readonly models: readonly string[]
  /** 32 bytes an event: key, hash. */
  readonly digests: Buffer
  readonly texts: Buffer
  /** Array literals, one number an event. */
  readonly modelAt: string
  readonly letters: string
  readonly times: string
  readonly versions: string
  /** First byte (from 1) of the event's id in `texts`; its prediction's id and its body follow it. */
  readonly starts: string
  readonly idBytes: string
  /** −1: the event is about no prediction. */
  readonly predictionBytes: string
  readonly bodyBytes: string
}

/**
 * Packs events for one statement. Texts go as one buffer that the server cuts up, since a text array would have each
 * quote of each JSON body escaped here and unescaped there.
 */
export function packEvents(events: readonly EncodedEvent[]): PackedEvents {
  const models = [...new Set(events.map(({ event }) => event.model))]
  const modelAt = new Map(models.map((model, i) => [model, i + 1]))
  const columns = { modelAt: '', letters: '', times: '', versions: '', starts: '' }
  const bytes = { idBytes: '', predictionBytes: '', bodyBytes: '' }
  let text = ''
  let at = 1
  let comma = ''
  for (const { event, body } of events) {
    const { id, predictionId } = event
    const idLength = Buffer.byteLength(id)
    const predictionLength = predictionId === null ? -1 : Buffer.byteLength(predictionId)
    const bodyLength = Buffer.byteLength(body)
    columns.modelAt += `${comma}${modelAt.get(event.model)}`
    columns.letters += `${comma}${eventLetter(event).charCodeAt(0)}`
    columns.times += `${comma}${event.time}`
    columns.versions += `${comma}${(event.type === 'prediction' ? event.version : null) ?? 'NULL'}`
    columns.starts += `${comma}${at}`
    bytes.idBytes += `${comma}${idLength}`
    bytes.predictionBytes += `${comma}${predictionLength}`
    bytes.bodyBytes += `${comma}${bodyLength}`
    text += id + (predictionId ?? '') + body
    at += idLength + Math.max(0, predictionLength) + bodyLength
    comma = ','
  }
  const literal = (list: string) => `{${list}}`
  return {
    models,
    digests: Buffer.concat(events.flatMap(({ key, hash }) => [key, hash])),
    texts: Buffer.from(text),
    modelAt: literal(columns.modelAt),
    letters: literal(columns.letters),
    times: literal(columns.times),
    versions: literal(columns.versions),
    starts: literal(columns.starts),
    idBytes: literal(bytes.idBytes),
    predictionBytes: literal(bytes.predictionBytes),
    bodyBytes: literal(bytes.bodyBytes),
  }
}
