import { gzipSync } from 'node:zlib'
import type { Rng } from '../../src/base/rng.ts'
import { below, type OpenApi, type Operation, pick, validValue } from './document.ts'
import { ODD_HEADERS, ODD_METHODS, ODD_TYPES, oddBody, oddBytes, oddJson, oddText } from './mutations.ts'
import type { Shot } from './wire.ts'

interface Target {
  readonly document: OpenApi
  readonly operations: readonly Operation[]
  readonly token: string
  readonly port: number
}

/** A request before it becomes bytes. */
interface Draft {
  method: string
  path: string
  headers: string[]
  body: Buffer<ArrayBufferLike>
}

/** What exists in the living system, so that requests come as far as what stands behind the checks. */
const NAMES: Readonly<Record<string, string>> = { model: 'churn', version: '1', run: '1', decision: '1', command: '1' }

function validPath({ path, query }: Operation, { document }: Target, rng: Rng, odd: boolean): string {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string)
  const parts = [...names, ...query.map(({ name }) => name)]
  const wrong = odd ? pick(rng, parts.length === 0 ? ['surplus'] : parts) : null
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === wrong ? oddText(rng) : (NAMES[name] ?? '1'),
  )
  const asked = query
    .filter(({ name }) => name === wrong || rng() < 0.3)
    .flatMap(({ name, schema }) => {
      const value = name === wrong ? oddText(rng) : String(validValue(schema ?? {}, document, rng))
      const pair = `${name}=${name === wrong ? value.replaceAll(' ', '+') : encodeURIComponent(value)}`
      return name === wrong && rng() < 0.2 ? [pair, pair] : [pair]
    })
  if (wrong === 'surplus') asked.push(`surplus=${oddText(rng)}`)
  return `${filled}${asked.length > 0 ? `?${asked.join('&')}` : ''}`.replaceAll(' ', '%20')
}

function draftOf(operation: Operation, target: Target, rng: Rng, mutation: string): Draft {
  const headers = [`host: 127.0.0.1:${target.port}`, `authorization: Bearer ${target.token}`]
  const draft: Draft = {
    method: operation.method,
    path: validPath(operation, target, rng, mutation === 'path or query'),
    headers,
    body: Buffer.alloc(0),
  }
  if (operation.bodies.length > 0 || mutation === 'types and shapes') {
    const [type, schema] =
      operation.bodies.length > 0 ? pick(rng, operation.bodies) : (['application/json', {}] as const)
    const value = validValue(schema, target.document, rng)
    const text = mutation === 'types and shapes' ? oddBody(value, rng) : JSON.stringify(value)
    const lines = type.includes('ndjson') && rng() < 0.5 ? `${text}\n${oddJson(rng)}\n${text}` : text
    draft.body = Buffer.from(mutation === 'content types' && rng() < 0.3 ? oddJson(rng) : lines)
    headers.push(`content-type: ${mutation === 'content types' ? pick(rng, ODD_TYPES) : type}`)
  }
  if (mutation === 'bytes of the body') draft.body = oddBytes(draft.body, rng)
  if (mutation === 'methods') draft.method = pick(rng, ODD_METHODS)
  if (mutation === 'compressed') {
    const packed = gzipSync(rng() < 0.1 ? Buffer.alloc(40 << 20, 0x20) : draft.body)
    draft.body = rng() < 0.5 ? packed : oddBytes(packed, rng)
    headers.push('content-encoding: gzip')
  }
  if (mutation === 'headers')
    for (let count = 0; count <= below(rng, 3); count++) {
      const line = pick(rng, ODD_HEADERS)
      const name = `${line.split(':')[0]}:`
      draft.headers = [...draft.headers.filter((one) => !one.startsWith(name)), line]
    }
  return draft
}

function bytesOf({ method, path, headers, body }: Draft, isLast: boolean): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, ...headers]
  if (body.length > 0 || !['GET', 'HEAD'].includes(method)) lines.push(`content-length: ${body.length}`)
  lines.push(isLast ? 'connection: close' : 'connection: keep-alive')
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body])
}

/** They are about a body, so a request must have one to be wrong in them. */
const OF_BODIES: readonly string[] = ['types and shapes', 'bytes of the body', 'content types', 'compressed']

function wrongDraft(target: Target, rng: Rng, kind: string): Draft {
  const operations = OF_BODIES.includes(kind)
    ? target.operations.filter(({ bodies }) => bodies.length > 0)
    : target.operations
  return draftOf(pick(rng, operations), target, rng, kind)
}

/** Requests whose framing is whole: only what they carry is wrong. */
const WHOLE = [
  ...['types and shapes', 'types and shapes', 'types and shapes', 'bytes of the body', 'bytes of the body'],
  ...['path or query', 'path or query', 'content types', 'headers', 'methods', 'compressed'],
]

function wholeShot(target: Target, rng: Rng): Shot {
  const kind = pick(rng, WHOLE)
  const draft = wrongDraft(target, rng, kind)
  return { kind, bytes: bytesOf(draft, true), whole: 1, methods: [draft.method] }
}

function pipelined(target: Target, rng: Rng): Shot {
  const count = 2 + below(rng, 15)
  const drafts = Array.from({ length: count }, () =>
    wrongDraft(target, rng, pick(rng, ['types and shapes', 'path or query', 'content types'])),
  )
  const bytes = Buffer.concat(drafts.map((draft, at) => bytesOf(draft, at === count - 1)))
  return { kind: 'pipelined', bytes, whole: count, methods: drafts.map(({ method }) => method) }
}

/** Requests that end too early, never end, say their length wrong, or are no HTTP at all. */
function broken(target: Target, rng: Rng): Shot {
  const draft = draftOf(pick(rng, target.operations), target, rng, 'none')
  const bytes = bytesOf(draft, true)
  const head = bytes.toString('latin1')
  const methods = [draft.method]
  const half = (kind: string, what: Buffer): Shot => ({ kind, bytes: what, whole: 0, methods })
  switch (below(rng, 6)) {
    case 0:
      return half('raw bytes', Buffer.from(Array.from({ length: 1 + below(rng, 600) }, () => below(rng, 256))))
    case 1:
      return half('cut off', bytes.subarray(0, below(rng, bytes.length)))
    case 2:
      return half('bytes of the request', oddBytes(bytes, rng))
    case 3: {
      const length = pick(rng, [
        '-1',
        '1e3',
        '0x10',
        '99999999999999999999',
        '5',
        '5, 6',
        `${draft.body.length + 7}`,
        '',
      ])
      return half(
        'wrong lengths',
        Buffer.from(head.replace(/content-length: \d+|connection: close/, `content-length: ${length}`), 'latin1'),
      )
    }
    case 4: {
      const chunks = pick(rng, [
        'zz\r\n{}\r\n0\r\n\r\n',
        '-2\r\n{}',
        'ffffffffffffffff\r\n{',
        '2\r\n{}\r\n',
        '0\r\n\r\n',
        '5;a=\r\n{}',
      ])
      const lines = head.slice(0, head.indexOf('\r\n\r\n')).replace(/\r\ncontent-length: \d+/, rng() < 0.8 ? '' : '$&')
      return half('broken chunks', Buffer.from(`${lines}\r\ntransfer-encoding: chunked\r\n\r\n${chunks}`, 'latin1'))
    }
    default: {
      const line = pick(rng, [' HTTP/9.9', ' HTTP/1.0', '', ' HTTP/1.1 HTTP/1.1', ' HTTP/2.0', ' ICY/1.0'])
      return half('request lines', Buffer.from(head.replace(/ HTTP\/1\.1/, line), 'latin1'))
    }
  }
}

/** More than any route takes: 1 MiB, of events 8 MiB. The answer may come while it is still being written. */
function huge(target: Target, rng: Rng): Shot {
  const isEvents = rng() < 0.3
  const body = Buffer.alloc(isEvents ? 9 << 20 : (1 << 20) + 1, pick(rng, ['[', ' ', 'a', '\u0000']))
  const path = isEvents ? '/v1/events' : '/v1/tokens'
  const headers = [`host: 127.0.0.1:${target.port}`, `authorization: Bearer ${target.token}`]
  headers.push(`content-type: application/${isEvents && rng() < 0.5 ? 'x-ndjson' : 'json'}`)
  return { kind: 'huge', bytes: bytesOf({ method: 'POST', path, headers, body }, true), whole: 0, methods: ['POST'] }
}

/** The next malformed requests for one connection. */
export function nextShot(target: Target, rng: Rng): Shot {
  const share = rng()
  if (share < 0.003) return huge(target, rng)
  if (share < 0.13) return broken(target, rng)
  if (share < 0.18) return pipelined(target, rng)
  return wholeShot(target, rng)
}
