import { Fault } from '../../base/fault.ts'
import type { EventValue, KeepfitEvent, PredictionEvent } from '../../data/event.ts'
import { momentOfText } from '../../data/event-values.ts'

/** Longest id. Characters. */
export const MAX_ID = 200
/** Most features of one prediction. Count. */
export const MAX_FEATURES = 5_000
const MAX_NAME = 500
const MAX_VERSION = 2 ** 31 - 1
/** The range of instants that a `Date` has. */
const MAX_TIME = 8.64e15
const MODEL = /^[a-z0-9][a-z0-9._-]{0,63}$/
const TYPES = ['prediction', 'label', 'feedback'] as const

const KEYS: Readonly<Record<(typeof TYPES)[number], readonly string[]>> = {
  prediction: ['id', 'type', 'model', 'time', 'predictionId', 'features', 'score', 'version'],
  label: ['id', 'type', 'model', 'time', 'predictionId', 'label'],
  feedback: ['id', 'type', 'model', 'time', 'predictionId', 'label', 'body'],
}

/**
 * Reads one event as services send it. Written by hand, since it stands in the path of every event: the zod schema of
 * the same shape (shapes/events.ts, held equal by a test) takes several times as long.
 * @param value what `parseJson` gave
 * @throws Fault USAGE: what was wrong, the value given, what is allowed
 */
export function readEvent(value: unknown): KeepfitEvent {
  if (!isObject(value)) throw wrong('an event', 'a JSON object', value)
  const type = TYPES.find((one) => one === value['type'])
  if (type === undefined) throw wrong("'type'", `one of ${TYPES.join(', ')}`, value['type'])
  for (const key in value) {
    if (!KEYS[type].includes(key)) {
      throw new Fault('USAGE', `a ${type} has no '${shorten(key)}'; it has ${KEYS[type].join(', ')}`)
    }
  }
  const id = readId(value['id'], "'id'")
  const model = value['model']
  if (typeof model !== 'string' || !MODEL.test(model)) {
    throw wrong("'model'", 'a name of a-z, 0-9, dot, dash and underscore, at most 64 characters', model)
  }
  const base = { id, model, time: readTime(value['time']) }
  const about = value['predictionId'] ?? null
  switch (type) {
    case 'prediction':
      return {
        ...base,
        type,
        predictionId: about === null ? id : readId(about, "'predictionId'"),
        features: readFeatures(value['features'] ?? {}),
        score: readScore(value['score'] ?? null),
        version: readVersion(value['version'] ?? null),
      }
    case 'label':
      if (!('label' in value))
        throw wrong("'label'", 'a number, a text, true, false, or null to take one back', undefined)
      return {
        ...base,
        type,
        predictionId: readId(about, "'predictionId'"),
        label: readCell(value['label'], "'label'"),
      }
    case 'feedback':
      return {
        ...base,
        type,
        predictionId: about === null ? null : readId(about, "'predictionId'"),
        body: readFeedback(value['body'] ?? {}, value['label']),
      }
  }
}

function readId(value: unknown, name: string): string {
  if (typeof value === 'string' && value.length >= 1 && value.length <= MAX_ID && isClean(value)) return value
  throw wrong(name, `a text of 1 to ${MAX_ID} characters without control characters`, value)
}

/** Postgres keeps no zero character in a text, and half a surrogate pair is no character at all. */
function isClean(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code === 0x7f) return false
    if (code >= 0xd800 && code <= 0xdfff) return !/\p{Surrogate}/u.test(text)
  }
  return true
}

function readTime(value: unknown): number {
  if (typeof value === 'number') {
    if (Number.isInteger(value) && Math.abs(value) <= MAX_TIME) return value
  } else if (typeof value === 'string' && value.length <= 40) {
    const at = momentOfText(value)
    if (!Number.isNaN(at)) return Math.trunc(at)
  }
  throw wrong("'time'", 'an ISO 8601 time such as 2026-01-31T09:30:00Z, or whole milliseconds since 1970 UTC', value)
}

function readFeatures(value: unknown): PredictionEvent['features'] {
  if (!isObject(value)) throw wrong("'features'", 'an object of names and values', value)
  let count = 0
  for (const name in value) {
    const cell = value[name]
    if ((typeof cell === 'object' && cell !== null) || isTooLarge(cell)) throw wrongFeature(name, cell)
    if (name.length > MAX_NAME || name.length === 0) {
      throw new Fault('USAGE', `the name of a feature must have 1 to ${MAX_NAME} characters; got ${name.length}`)
    }
    count += 1
  }
  if (count > MAX_FEATURES) throw new Fault('USAGE', `'features' may hold ${MAX_FEATURES} values; got ${count}`)
  return value as Readonly<Record<string, EventValue>>
}

function wrongFeature(name: string, value: unknown): Fault {
  return wrong(`feature '${shorten(name)}'`, 'a number, a text, true, false or null', value)
}

function readCell(value: unknown, name: string): EventValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || isNumber(value)) return value
  throw wrong(name, 'a number, a text, true, false or null', value)
}

function readScore(value: unknown): PredictionEvent['score'] {
  if (value === null || isNumber(value)) return value
  if (typeof value === 'object') {
    const parts: unknown[] = Object.values(value)
    if (parts.length > 0 && parts.every(isNumber)) return value as Record<string, number>
  }
  throw wrong("'score'", 'a number, a list of numbers, or an object of numbers by class', value)
}

function readVersion(value: unknown): number | null {
  if (value === null) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_VERSION) return value
  throw wrong("'version'", `a whole number from 1 to ${MAX_VERSION}`, value)
}

/** What somebody takes for the label is no label: it stays part of what was said. */
function readFeedback(body: unknown, label: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(body)) throw wrong("'body'", 'an object', body)
  return label === undefined ? body : { ...body, label: readCell(label, "'label'") }
}

/** JSON may write numbers beyond ±1.8e308, which would be stored as nothing. */
function isTooLarge(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value)
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrong(name: string, allowed: string, got: unknown): Fault {
  return new Fault('USAGE', `${name} must be ${allowed}; got ${got === undefined ? 'nothing' : shown(got)}`)
}

function shown(value: unknown): string {
  if (isTooLarge(value)) return 'a number beyond 1.8e308'
  return shorten(JSON.stringify(value) ?? String(value))
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`
}
