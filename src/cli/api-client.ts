import { FAULTS, Fault, type FaultCode } from '../base/fault.ts'
import { eventsIn, type ReceivedEvent } from './event-lines.ts'

export interface ApiClientOptions {
  /** E.g. `http://127.0.0.1:7437`. */
  readonly url: string
  readonly token: string
  /** Where the token was read from, for the message when it is refused. */
  readonly tokenFrom: string
  readonly signal?: AbortSignal | undefined
}

/** What may be put behind a path. Undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** Asks the API. Each refusal is thrown as the `Fault` that the server threw. Paths begin with `/v1/`. */
export interface ApiClient {
  readonly url: string
  get(path: string, query?: Query): Promise<unknown>
  post(path: string, body?: unknown): Promise<unknown>
  put(path: string, body: unknown): Promise<unknown>
  delete(path: string): Promise<unknown>
  /** Server-sent events, one by one; ends when the server says that it is over. */
  stream(path: string, options?: { readonly query?: Query; readonly after?: number }): AsyncIterable<ReceivedEvent>
  /** Sends bytes as they are. */
  upload(path: string, body: UploadBody, contentType: string, query?: Query): Promise<unknown>
  /** The body of the answer as it comes, for large ones. */
  download(path: string, query?: Query): Promise<ReadableStream<Uint8Array>>
}

export type UploadBody = Uint8Array | string | ReadableStream<Uint8Array>

/** @returns a client of the server at `url`; nothing is asked yet */
export function apiClient({ url, token, tokenFrom, signal }: ApiClientOptions): ApiClient {
  const base = url.replace(/\/+$/, '')

  async function ask(path: string, init: RequestInit & { readonly query?: Query | undefined }): Promise<Response> {
    const { query = {}, ...rest } = init
    const address = new URL(`${base}${path}`)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) address.searchParams.set(name, String(value))
    const headers = { authorization: `Bearer ${token}`, ...rest.headers }
    // A redirect would carry the token elsewhere.
    const options = { ...rest, headers, redirect: 'error' as const, ...(signal === undefined ? {} : { signal }) }
    const answer = await fetch(address, options).catch((error: unknown) => {
      if (signal?.aborted === true) throw error
      throw notReachable(base, error)
    })
    if (answer.ok) return answer
    throw await refusal(answer, tokenFrom)
  }

  /** A server that goes away in the middle of its answer is away. */
  const away = (error: unknown): unknown =>
    signal?.aborted === true || !(error instanceof TypeError) ? error : notReachable(base, error)

  async function json(asked: Promise<Response>): Promise<unknown> {
    const answer = await asked
    const text = await answer.text().catch((error: unknown) => {
      throw away(error)
    })
    if (text === '') return null
    try {
      return JSON.parse(text)
    } catch {
      throw noKeepfit(answer)
    }
  }
  const sending = (method: string, body: unknown): RequestInit =>
    body === undefined
      ? { method }
      : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }

  return {
    url: base,
    get: (path, query) => json(ask(path, { query })),
    post: (path, body) => json(ask(path, sending('POST', body))),
    put: (path, body) => json(ask(path, sending('PUT', body))),
    delete: (path) => json(ask(path, { method: 'DELETE' })),
    async *stream(path, { query, after } = {}) {
      const headers = { accept: 'text/event-stream', ...(after === undefined ? {} : { 'last-event-id': `${after}` }) }
      const answer = await ask(path, { query, headers })
      if (answer.body === null) return
      try {
        yield* eventsIn(answer.body)
      } catch (error) {
        throw away(error)
      }
    },
    upload: (path, body, contentType, query) =>
      json(
        ask(path, {
          method: 'POST',
          body: body as NonNullable<RequestInit['body']>,
          headers: { 'content-type': contentType },
          query,
          ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
        }),
      ),
    async download(path, query) {
      const { body } = await ask(path, { query })
      return body ?? new ReadableStream({ start: (controller) => controller.close() })
    },
  }
}

function notReachable(url: string, error: unknown): Fault {
  const cause = error instanceof Error ? error.cause : undefined
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? ` (${String(cause.code)})` : ''
  return new Fault(
    'SERVER_UNAVAILABLE',
    `no Keepfit answers at ${url}${code}: start it with 'keepfit up', or say where it is with --url`,
    { url },
    error,
  )
}

function noKeepfit({ url, status }: Response): Fault {
  return new Fault('SERVER_UNAVAILABLE', `${url} answers with status ${status}, but not as Keepfit would`)
}

/** The server's refusal as it was thrown there. */
async function refusal(answer: Response, tokenFrom: string): Promise<Fault> {
  const text = await answer.text().catch(() => '')
  const told = errorIn(text)
  if (answer.status === 401)
    return new Fault(
      'UNAUTHENTICATED',
      `the server does not accept the token from ${tokenFrom}: ${told?.message ?? ''}`,
    )
  if (told === null) return noKeepfit(answer)
  return new Fault(told.code, told.message, told.details)
}

interface ToldError {
  readonly code: FaultCode
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

function errorIn(text: string): ToldError | null {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return null
  }
  const error = fieldOf(body, 'error')
  const code = fieldOf(error, 'code')
  const message = fieldOf(error, 'message')
  if (typeof code !== 'string' || typeof message !== 'string') return null
  const details = fieldOf(error, 'details')
  const known = Object.hasOwn(FAULTS, code) ? (code as FaultCode) : 'INTERNAL'
  return { code: known, message, details: isRecord(details) ? details : {} }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fieldOf(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined
}
