import type { Context } from 'hono'
import { Fault } from '../base/fault.ts'
import type { ApiEnv } from './api-routes.ts'

/** One event of a stream. */
export interface StreamEvent {
  /** What a client that comes back sends as `Last-Event-ID`. */
  readonly id: number
  /** Kind of event; `message` unless told. */
  readonly event?: string
  readonly data: unknown
}

export interface EventSourceOptions {
  /**
   * What to send, from after `after` on, until `signal` is aborted or it ends by itself; what it returns then is sent last.
   * @param after id of the last event that the client has; null: from the beginning
   */
  readonly events: (after: number | null, signal: AbortSignal) => AsyncIterable<StreamEvent, unknown>
  /** A line without meaning so often, so that proxies keep the connection. Milliseconds; 15,000 unless told. */
  readonly heartbeatMs?: number
}

const HEARTBEAT = ': still here\n\n'
const LAST_EVENT_ID = /^\d{1,15}$/

/** What a stream sends last when it ends by itself: whoever listens need not come back. */
const STREAM_END = 'end'

/**
 * Answers with server-sent events. The next event is asked for only when the client has taken the one before: a slow
 * client holds one event in memory, however many there are. A client that goes away ends the source, and so does a server that stops.
 * @throws Fault USAGE when `Last-Event-ID` is no number
 */
export function eventStream(c: Context<ApiEnv>, { events, heartbeatMs = 15_000 }: EventSourceOptions): Response {
  const after = lastEventId(c.req.header('last-event-id'))
  const gone = new AbortController()
  const stopping = c.env?.stopping
  const signal = AbortSignal.any([gone.signal, c.req.raw.signal, ...(stopping === undefined ? [] : [stopping])])
  const source = events(after, signal)[Symbol.asyncIterator]()
  const text = new TextEncoder()
  let heartbeat: NodeJS.Timeout | undefined
  /** Asked for and not yet sent: a heartbeat must not ask twice. */
  let next: Promise<IteratorResult<StreamEvent, unknown>> | undefined

  const end = () => {
    clearInterval(heartbeat)
    gone.abort()
  }
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        heartbeat = setInterval(() => {
          // A client that takes nothing needs no heartbeat, and must not pile them up.
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(text.encode(HEARTBEAT))
        }, heartbeatMs)
        signal.addEventListener('abort', () => clearInterval(heartbeat), { once: true })
      },
      async pull(controller) {
        try {
          next ??= source.next()
          const { done, value } = await untilAborted(next, signal)
          next = undefined
          controller.enqueue(text.encode(done === true ? ended(value) : written(value)))
          if (done !== true) return
        } catch (error) {
          // Nobody listens any more, or the server stops: the end of the connection says so.
          if (!signal.aborted) controller.error(error)
        }
        end()
        if (controller.desiredSize !== null) controller.close()
      },
      cancel() {
        end()
        void source.return?.()
      },
    },
    { highWaterMark: 1 },
  )
  return c.body(body, 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
  })
}

function written({ id, event, data }: StreamEvent): string {
  return `id: ${id}\n${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`
}

function ended(value: unknown): string {
  return `event: ${STREAM_END}\ndata: ${JSON.stringify(value ?? null)}\n\n`
}

function lastEventId(header: string | undefined): number | null {
  if (header === undefined || header === '') return null
  if (!LAST_EVENT_ID.test(header))
    throw new Fault('USAGE', `Last-Event-ID must be a number; got '${header.slice(0, 40)}'`)
  return Number(header)
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
