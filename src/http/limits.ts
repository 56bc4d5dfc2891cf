import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { MiddlewareHandler } from 'hono'
import { errorCode } from '../base/error-text.ts'
import { Fault } from '../base/fault.ts'
import { checkJson } from './strict-json.ts'

/** Largest body of a route that does not say otherwise. Bytes. */
export const DEFAULT_BODY_BYTES = 1024 * 1024
/** Largest body of events. Bytes. */
export const EVENTS_BODY_BYTES = 8 * 1024 * 1024
/** Largest upload of a model or of a history. Bytes. */
export const UPLOAD_BODY_BYTES = 256 * 1024 * 1024

interface BodyRules {
  readonly maxBytes: number
  /** Media types that are read, without parameters. */
  readonly types: readonly string[]
  readonly isRequired: boolean
}

/**
 * Reads the whole body within its limit before anything else does, and refuses JSON that is no plain data. The handler
 * finds it with `c.req.json()`, `c.req.text()` or `c.req.arrayBuffer()`.
 */
export function readBody({ maxBytes, types, isRequired }: BodyRules): MiddlewareHandler {
  return async (c, next) => {
    const type = mediaType(c.req.header('content-type'))
    const isEmpty = hasNoBody(c.req.raw)
    if (isEmpty && isRequired) throw new Fault('USAGE', `a body is needed: ${types.join(', ')}`)
    if (!isEmpty && !types.includes(type))
      throw new Fault('UNSUPPORTED_MEDIA', `the body must be ${types.join(' or ')}; got '${type}'`)
    if (!isEmpty) {
      const encoding = (c.req.header('content-encoding') ?? 'identity').trim().toLowerCase()
      if (encoding !== 'identity' && encoding !== 'gzip')
        throw new Fault('UNSUPPORTED_MEDIA', `a body may be compressed with gzip or not at all; got '${encoding}'`)
      const sent = await bodyWithin(c.req.raw, maxBytes).catch(refuseBroken)
      const bytes = encoding === 'gzip' ? await inflated(sent, maxBytes) : sent
      if (isJson(type)) {
        const text = decodeText(bytes)
        checkJson(text)
        // Where Hono looks for a body that was read already.
        Object.assign(c.req.bodyCache, { text: Promise.resolve(text) })
      } else {
        Object.assign(c.req.bodyCache, { arrayBuffer: Promise.resolve(bytes) })
      }
    }
    await next()
  }
}

/** The type itself, lower case, without `charset` and other parameters; empty where none was given. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function isJson(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json')
}

function hasNoBody({ headers }: Request): boolean {
  const length = headers.get('content-length')
  return !headers.has('transfer-encoding') && (length === null || length === '0')
}

/** @throws Fault TOO_LARGE, without reading more than it must */
async function bodyWithin(request: Request, maxBytes: number): Promise<ArrayBuffer> {
  const length = request.headers.get('content-length')
  if (length !== null && !request.headers.has('transfer-encoding')) {
    // Node holds a body to the length that was announced.
    if (Number(length) > maxBytes) throw tooLarge(maxBytes, `${length} bytes`)
    return request.arrayBuffer()
  }
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of request.body ?? []) {
    size += part.byteLength
    if (size > maxBytes) throw tooLarge(maxBytes, 'more')
    parts.push(part)
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole.buffer
}

/** Whoever goes away, or is cut off for being too slow, must not leave an entry of a mistake of ours in the log. */
function refuseBroken(error: unknown): never {
  if (error instanceof Fault) throw error
  throw new Fault('USAGE', 'the body broke off before its end', {}, error)
}

const unzip = promisify(gunzip)

/** The same limit holds for what comes out: a few bytes may swell to gigabytes. */
async function inflated(bytes: ArrayBuffer, maxBytes: number): Promise<ArrayBuffer> {
  try {
    const whole = await unzip(bytes, { maxOutputLength: maxBytes })
    return new Uint8Array(whole).buffer
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes, 'more when inflated')
    throw new Fault('USAGE', 'the body says that it is gzip, but cannot be inflated', {}, error)
  }
}

function tooLarge(maxBytes: number, got: string): Fault {
  return new Fault('TOO_LARGE', `a body may have at most ${maxBytes} bytes here; got ${got}`, { maxBytes })
}

function decodeText(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Fault('USAGE', 'the body must be UTF-8 text; got other bytes', {}, error)
  }
}
