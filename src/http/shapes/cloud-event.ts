import { Fault } from '../../base/fault.ts'
import type { KeepfitEvent } from '../../data/event.ts'
import { readEvent } from './event-reader.ts'
import { type LoggedInference, loggedInference } from './inference-event.ts'

/** CloudEvents types that are read, and the types of events they carry. */
const PREFIX = 'keepfit.'

/**
 * Reads a CloudEvent 1.0 whose type is keepfit.prediction, keepfit.label or keepfit.feedback. Its `data` holds the fields
 * of the event but for id, type and time, which are those of the CloudEvent; the model may also be its `subject`. What
 * KServe's logger sends is only half of a prediction.
 * @throws Fault USAGE
 */
export function readCloudEvent(value: unknown): KeepfitEvent | LoggedInference {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Fault('USAGE', 'a CloudEvent must be a JSON object')
  }
  const { specversion, id, source, type, time, subject, data } = value as Record<string, unknown>
  if (specversion !== '1.0') {
    throw new Fault(
      'USAGE',
      `'specversion' of a CloudEvent must be "1.0"; got ${JSON.stringify(specversion) ?? 'nothing'}`,
    )
  }
  if (typeof source !== 'string' || source === '') throw new Fault('USAGE', "a CloudEvent must have a 'source'")
  const logged = loggedInference(value as Record<string, unknown>)
  if (logged !== null) return logged
  if (typeof type !== 'string' || !type.startsWith(PREFIX)) {
    const said = JSON.stringify(type) ?? 'nothing'
    throw new Fault(
      'USAGE',
      `'type' of a CloudEvent must be keepfit.prediction, keepfit.label or keepfit.feedback; got ${said.slice(0, 60)}`,
    )
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new Fault('USAGE', "'data' of a CloudEvent must be a JSON object")
  }
  for (const key of ['id', 'type', 'time']) {
    if (Object.hasOwn(data, key)) throw new Fault('USAGE', `'${key}' stands in the CloudEvent itself, not in its data`)
  }
  const model = Object.hasOwn(data, 'model') ? {} : { model: subject }
  return readEvent({ ...data, ...model, id, type: type.slice(PREFIX.length), time })
}

const HEADER = 'ce-'

/** Whether a request is a CloudEvent in binary mode: its attributes in headers, its data in the body. */
export function isBinaryCloudEvent(headers: Headers): boolean {
  return headers.has('ce-specversion')
}

/** The attributes of a CloudEvent in binary mode, percent-decoded. @throws Fault USAGE */
export function attributesOf(headers: Headers): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {}
  for (const [name, value] of headers) {
    if (!name.startsWith(HEADER)) continue
    try {
      attributes[name.slice(HEADER.length)] = decodeURIComponent(value.replaceAll(/%(?![0-9a-f]{2})/gi, '%25'))
    } catch (error) {
      throw new Fault('USAGE', `the header ${name} is not percent-encoded UTF-8`, {}, error)
    }
  }
  return attributes
}
