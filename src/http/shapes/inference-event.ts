import { Fault } from '../../base/fault.ts'
import type { InferenceHalf } from '../../data/inference.ts'
import { parseJson } from '../strict-json.ts'
import { MAX_ID, readEvent } from './event-reader.ts'
import { requestRows, responseRows } from './inference-body.ts'

/** A CloudEvent of KServe's inference logger, before it is known which model it is about. */
export interface LoggedInference {
  readonly side: InferenceHalf['side']
  readonly id: unknown
  readonly time: unknown
  /** Name of the InferenceService, and its namespace where it was told. */
  readonly service: string
  readonly namespace: string | null
  /** JSON as it was sent or answered. */
  readonly body: unknown
}

/** The model that an InferenceService serves. */
export interface InferenceModel {
  readonly model: string
  /** Names for values that come without; null: not configured. */
  readonly features: readonly string[] | null
}

const SIDES: Readonly<Record<string, InferenceHalf['side']>> = {
  'org.kubeflow.serving.inference.request': 'request',
  'org.kubeflow.serving.inference.response': 'response',
}

/**
 * Reads the attributes of a CloudEvent of KServe's logger.
 * @returns null where its type is another
 * @throws Fault USAGE
 */
export function loggedInference(event: Readonly<Record<string, unknown>>): LoggedInference | null {
  const side = typeof event['type'] === 'string' ? SIDES[event['type']] : undefined
  if (side === undefined) return null
  const service = unquoted(event['inferenceservicename']) ?? unquoted(event['subject'])
  if (service === null)
    throw new Fault('USAGE', "a logged inference must say its 'inferenceservicename', or its model as 'subject'")
  const { id, time } = event
  return { side, id, time, service, namespace: unquoted(event['namespace']), body: bodyOf(event) }
}

/**
 * The half of a prediction that was logged, checked as every event is.
 * @throws Fault USAGE
 */
export function halfOf({ side, id, time, body }: LoggedInference, { model, features }: InferenceModel): InferenceHalf {
  const base = { id, time, model, type: 'prediction' }
  const first = readEvent(base)
  const rows =
    side === 'request'
      ? requestRows(body, features).map((row) => readFeatures({ ...base, features: row }))
      : responseRows(body).map((score) => readScore({ ...base, score }))
  if (rows.length === 0) throw new Fault('USAGE', `the ${side} '${first.id}' has no row`)
  if (rows.length > 1 && `${first.id}:${rows.length - 1}`.length > MAX_ID)
    throw new Fault('USAGE', `'${first.id}' with the number of a row behind it is longer than ${MAX_ID} characters`)
  return { side, id: first.id, model, time: first.time, rows } as InferenceHalf
}

function readFeatures(value: object) {
  const event = readEvent(value)
  return event.type === 'prediction' ? event.features : {}
}

function readScore(value: object) {
  const event = readEvent(value)
  return event.type === 'prediction' ? event.score : null
}

/** Older agents write texts with their JSON quotes. */
function unquoted(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const bare = value.replace(/^"(.*)"$/, '$1')
  return bare === '' ? null : bare
}

function bodyOf({ data, data_base64: encoded }: Readonly<Record<string, unknown>>): unknown {
  if (typeof encoded === 'string') return parseJson(Buffer.from(encoded, 'base64').toString('utf8'))
  return typeof data === 'string' ? parseJson(data) : data
}
