import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeToken } from '../base/access-token.ts'
import { type Rng, seededRng } from '../base/rng.ts'
import { buildApi } from './app.ts'
import { authenticator } from './auth.ts'
import { auditRoutes } from './routes/audit.ts'
import { healthRoutes } from './routes/health.ts'
import { policiesRoutes } from './routes/policies.ts'
import { tokensRoutes } from './routes/tokens.ts'
import { type RunningServer, startServer } from './server.ts'

let server: RunningServer
let token: string
const broken: unknown[] = []
beforeAll(async () => {
  const { text, id, hash } = makeToken()
  token = text
  const clock = { now: () => 1000 }
  const stored = { id, name: 'tester', hash, scopes: ['admin'] as const, expiresAt: null, revokedAt: null }
  const auth = authenticator({ tokens: async () => [stored], used: async () => undefined }, clock)
  const info = { id, name: 'a', scopes: [], createdAt: 1, expiresAt: null, revokedAt: null, lastUsedAt: null }
  const head = { seq: 0, hash: '0'.repeat(64) }
  const api = buildApi({
    routes: [
      healthRoutes({ version: '1', parts: async () => [], isStopping: () => false }),
      tokensRoutes({
        list: async () => [],
        create: async () => info,
        revoke: async () => undefined,
        forget: () => undefined,
        clock,
      }),
      auditRoutes({
        entries: async () => [],
        head: async () => head,
        verify: async () => ({ ok: true, entries: 0, head, broken: null }),
      }),
      policiesRoutes({
        current: async () => undefined,
        list: async () => undefined,
        apply: async () => ({ file: 'a', isDryRun: true, changes: [] }),
      }),
    ],
    auth,
    clock,
    version: '1',
    log: { error: (fields) => void broken.push(fields['error']) },
  })
  server = await startServer(api, { host: '127.0.0.1', port: 0 })
})
afterAll(() => server.close(0))

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'get', 'G T', '']
const PATHS = [
  '/v1/tokens',
  '/v1/audit?limit=1&limit=2',
  '/v1/audit?after=%00',
  '/v1/audit?after=99999999999999999999',
  '/v1/audit/verify?hash=x',
  '/v1/models/%2e%2e/policy',
  '/v1/models/..%2f..%2fetc/policy',
  '/v1/models/%ZZ/policy',
  '/v1/models/%00/policies?limit=-1',
  '/v1/models/a/policies?__proto__=1&constructor=2',
  '//v1//tokens',
  '/v1/tokens/../tokens',
  '*',
  'http://evil.example/v1/tokens',
  '/\\v1',
  `/v1/${'a'.repeat(5000)}`,
  '/v1/openapi.json#x',
  '',
]
const BODIES = [
  '',
  '{}',
  '[]',
  'null',
  '{"name":"a","scopes":["read"]}',
  '{"name":"a","scopes":["read"],"expiresAt":1e400}',
  '{"name":"a","scopes":["read","read","read","read","read","read"]}',
  '{"__proto__":{"scopes":["admin"]}}',
  `{"name":"${'a'.repeat(3000)}"}`,
  '['.repeat(5000),
  '\u0000\u00ff\ufffe',
  '{"name":"\\ud800","scopes":["read"]}',
  'a=b&c=d',
]
const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'APPLICATION/JSON;',
  'text/plain',
  'multipart/form-data',
  'application/problem+json',
  '',
  ';;;',
]
const HEADERS = [
  '',
  'x-request-id: \u00e4\u00e4',
  'content-length: -1',
  'content-length: 5',
  'transfer-encoding: chunked',
  'expect: 100-continue',
  'last-event-id: x',
  'accept: */*;q=zzz',
  `cookie: ${'a=b; '.repeat(500)}`,
  'host: evil.example',
  'upgrade: websocket\r\nconnection: upgrade',
  'no colon here',
  'range: bytes=0-',
]

const pick = <T>(from: readonly T[], rng: Rng): T => from[Math.floor(rng() * from.length)] as T

/** A request that is wrong in a few ways at once, byte by byte. */
function malformed(rng: Rng): string {
  const body = pick(BODIES, rng)
  const type = pick(TYPES, rng)
  const lines = [
    `${pick(METHODS, rng)} ${pick(PATHS, rng)} HTTP/${pick(['1.1', '1.1', '1.1', '1.0', '9.9'], rng)}`,
    'host: localhost',
    rng() < 0.9 ? `authorization: Bearer ${token}` : 'authorization: Bearer \u00ff',
    `content-type: ${type}`,
    ...(rng() < 0.8 ? [`content-length: ${Buffer.byteLength(body)}`] : []),
    ...[pick(HEADERS, rng)].filter((line) => line !== ''),
    'connection: close',
  ]
  const text = `${lines.join('\r\n')}\r\n\r\n${body}`
  return rng() < 0.1 ? text.slice(0, Math.floor(rng() * text.length)) : text
}

/** The status of the first answer; 0 where the connection is closed without one. */
function send(text: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    let answer = ''
    // Half a request is waited for: whoever sends it gives up.
    const patience = setTimeout(() => socket.destroy(), 50)
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1')
      if (answer.length > 12) socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(patience)
      resolve(Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1] ?? 0))
    })
    socket.write(text)
  })
}

test('thousands of malformed requests are refused one by one, and none of them breaks anything', async () => {
  const rng = seededRng(11)
  const seen = new Map<number, number>()
  for (let sent = 0; sent < 1600; sent += 20) {
    const requests = Array.from({ length: 20 }, () => malformed(rng))
    const statuses = await Promise.all(requests.map(send))
    for (const [at, status] of statuses.entries()) {
      seen.set(status, (seen.get(status) ?? 0) + 1)
      if (status >= 500) expect.unreachable(`${status} for ${JSON.stringify(requests[at])}`)
    }
  }
  expect(broken).toEqual([])
  // The requests were wrong in many ways, not all in the same.
  expect([200, 400, 401, 403, 404, 405, 415].filter((status) => !seen.has(status))).toEqual([])
  expect((await fetch(`${server.url}/v1/health`)).status).toBe(200)
})
