import { Fault } from '../../base/fault.ts'
import type { KeepfitEvent } from '../../data/event.ts'
import { parseJson } from '../strict-json.ts'
import { readCloudEvent } from './cloud-event.ts'
import { readEvent } from './event-reader.ts'
import type { LoggedInference } from './inference-event.ts'

/** One event of a body, or why it is none. */
export interface ReadLine {
  /** From 1. */
  readonly line: number
  readonly event: KeepfitEvent | null
  /** Half of a prediction, as a serving system logged it. */
  readonly logged: LoggedInference | null
  /** What was wrong; null with an event or a half. */
  readonly message: string | null
}

/**
 * The events of a body, one at a time, so that a long one is never held twice.
 * @param text the whole body
 * @throws Fault USAGE where the body as a whole is nothing of its type
 */
export function* eventLines(type: string, text: string): Generator<ReadLine> {
  switch (type) {
    case 'application/x-ndjson':
      yield* ndjsonLines(text)
      return
    case 'application/cloudevents+json':
      yield readLine(1, () => readCloudEvent(parseJson(text)))
      return
    case 'application/cloudevents-batch+json':
      yield* listLines(parseJson(text), readCloudEvent)
      return
    default: {
      const value = parseJson(text)
      if (Array.isArray(value)) yield* listLines(value, readEvent)
      else yield readLine(1, () => readEvent(value))
    }
  }
}

/** Empty lines count, but hold no event. */
function* ndjsonLines(text: string): Generator<ReadLine> {
  let line = 0
  for (let from = 0; from < text.length; ) {
    const feed = text.indexOf('\n', from)
    const end = feed < 0 ? text.length : feed
    line += 1
    const content = text.slice(from, text.charCodeAt(end - 1) === 13 ? end - 1 : end)
    if (content.trim() !== '') yield readLine(line, () => readEvent(parseJson(content)))
    from = end + 1
  }
}

function* listLines(value: unknown, read: (one: unknown) => KeepfitEvent | LoggedInference): Generator<ReadLine> {
  if (!Array.isArray(value)) throw new Fault('USAGE', 'a batch of CloudEvents must be a JSON list')
  for (const [i, one] of value.entries()) yield readLine(i + 1, () => read(one))
}

/** What `read` gives or throws, as a line of a body. */
export function readLine(line: number, read: () => KeepfitEvent | LoggedInference): ReadLine {
  try {
    const found = read()
    if ('side' in found) return { line, event: null, logged: found, message: null }
    return { line, event: found, logged: null, message: null }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { line, event: null, logged: null, message: error.message.replace(/^the body is no JSON/, 'it is no JSON') }
  }
}
