import { request } from 'node:http'
import { connect } from 'node:net'
import { z } from '@hono/zod-openapi'
import { afterEach, describe, expect, test } from 'vitest'
import { makeToken } from '../base/access-token.ts'
import { Fault } from '../base/fault.ts'
import { apiClient } from '../cli/api-client.ts'
import { apiRoutes } from './api-routes.ts'
import { buildApi } from './app.ts'
import { authenticator } from './auth.ts'
import { answers, route } from './route.ts'
import { type RunningServer, startServer } from './server.ts'
import { eventStream, type StreamEvent } from './sse.ts'

const clock = { now: () => 1000 }
const running: RunningServer[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.close(0)
})

function resolvable<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

interface Stage {
  readonly events?: (after: number | null, signal: AbortSignal) => AsyncIterable<StreamEvent>
  readonly heartbeatMs?: number
}

async function stage({ events = async function* () {}, heartbeatMs = 15_000 }: Stage = {}) {
  const { text, id, hash } = makeToken()
  const stored = { id, name: 'tester', hash, scopes: ['admin'] as const, expiresAt: null, revokedAt: null }
  const stream = { description: 'Events.', content: { 'text/event-stream': { schema: z.string() } } }
  const gate = resolvable<void>()
  const routes = apiRoutes()
    .openapi(
      route({ method: 'get', path: '/events', scope: 'read', summary: 'Events', responses: { 200: stream } }),
      (c) => eventStream(c, { events, heartbeatMs }),
    )
    .openapi(
      route({
        method: 'post',
        path: '/slow',
        scope: 'read',
        summary: 'Slow',
        responses: { 200: answers(z.strictObject({ done: z.boolean() }), 'Done.') },
      }),
      async (c) => {
        await gate.promise
        return c.json({ done: true }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/echo',
        scope: 'read',
        summary: 'Echo',
        request: {
          body: { required: true, content: { 'application/json': { schema: z.strictObject({ a: z.string() }) } } },
        },
        responses: { 200: answers(z.strictObject({ a: z.string() }), 'The same.') },
      }),
      (c) => c.json(c.req.valid('json'), 200),
    )
  const auth = authenticator({ tokens: async () => [stored], used: async () => undefined }, clock)
  const api = buildApi({ routes: [routes], auth, clock, version: '1', log: { error: () => undefined } })
  const server = await startServer(api, { host: '127.0.0.1', port: 0 })
  running.push(server)
  const client = apiClient({ url: server.url, token: text, tokenFrom: 'the test' })
  return { server, client, token: text, api, release: () => gate.resolve(undefined) }
}

const faultOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it should have been refused'),
    (error: unknown) => (error instanceof Fault ? `${error.code}: ${error.message}` : `no fault: ${error}`),
  )

/** The status of a request whose body is never sent, or only in part. */
function statusWithoutBody(url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', headers }, (answer) => {
      resolve(answer.statusCode)
      asked.destroy()
    })
    asked.on('error', reject)
    asked.flushHeaders()
  })
}

describe('the client against the server', () => {
  test('a body goes there and back, and a refusal is the fault that was thrown', async () => {
    const { client, server } = await stage()
    expect(await client.post('/v1/echo', { a: 'ä' })).toEqual({ a: 'ä' })
    expect(await faultOf(client.post('/v1/echo', { a: 1 }))).toContain("USAGE: 'a' in the body")
    expect(await faultOf(client.get('/v1/nothing'))).toContain('NOT_FOUND')
    const stranger = apiClient({ url: server.url, token: makeToken().text, tokenFrom: '/data/token' })
    expect(await faultOf(stranger.get('/v1/nothing'))).toMatch(/^UNAUTHENTICATED: .*\/data\/token/)
  })

  test('nobody answering is told with how to start the server', async () => {
    const { client, server } = await stage()
    await server.close(0)
    expect(await faultOf(client.get('/v1/health'))).toMatch(/^SERVER_UNAVAILABLE: .*ECONNREFUSED.*keepfit up/)
  })
})

describe('a stream of events', () => {
  test('comes in order, goes on after the last one that is known, and ends', async () => {
    const { client } = await stage({
      async *events(after) {
        for (let id = (after ?? 0) + 1; id <= 3; id++) yield { id, event: 'line', data: { text: `a\nb ${id}` } }
      },
    })
    const all: unknown[] = []
    for await (const { id, event, data } of client.stream('/v1/events')) all.push([id, event, data])
    expect(all).toEqual([1, 2, 3].map((id) => [id, 'line', { text: `a\nb ${id}` }]))
    const rest: unknown[] = []
    for await (const { id } of client.stream('/v1/events', { after: 2 })) rest.push(id)
    expect(rest).toEqual([3])
  })

  test('ends its source when the client goes away', async () => {
    const ended = resolvable<string>()
    const { client } = await stage({
      async *events(_after, signal) {
        yield { id: 1, data: null }
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        ended.resolve('aborted')
      },
    })
    for await (const { id } of client.stream('/v1/events')) {
      expect(id).toBe(1)
      break
    }
    expect(await ended.promise).toBe('aborted')
  })

  test('asks its source for no more than a slow client has taken', async () => {
    let asked = 0
    const { server, token } = await stage({
      async *events() {
        while (asked < 10_000) yield { id: ++asked, data: 'x'.repeat(100_000) }
      },
    })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.pause()
    socket.write(`GET /v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n\r\n`)
    await new Promise((resolve) => setTimeout(resolve, 700))
    const after = asked
    // What the kernel's buffers hold has been asked for; then it stands still.
    expect(after).toBeGreaterThan(0)
    expect(after).toBeLessThan(1000)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(asked).toBe(after)
    socket.destroy()
  })

  test('ends when the server stops, without the end that tells a client not to come back', async () => {
    const { server, client } = await stage({
      async *events(_after, signal) {
        yield { id: 1, data: null }
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      },
    })
    const seen: unknown[] = []
    const reading = (async () => {
      for await (const { id } of client.stream('/v1/events')) {
        seen.push(id)
        void server.close(30_000)
      }
      return 'over'
    })()
    expect(await reading).toBe('over')
    expect(seen).toEqual([1])
  })

  test('says now and then that it is still there', async () => {
    const { server, token } = await stage({
      heartbeatMs: 20,
      async *events(_after, signal) {
        yield { id: 1, data: null }
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      },
    })
    const gone = new AbortController()
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${server.url}/v1/events`, { headers, signal: gone.signal })
    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    let seen = ''
    for await (const text of (answer.body ?? expect.unreachable()).pipeThrough(new TextDecoderStream())) {
      seen += text
      if (seen.split(': still here').length > 3) break
    }
    expect(seen).toContain('id: 1\ndata: null\n\n: still here')
  })
})

describe('the server', () => {
  test('refuses a body that is announced too large before it is sent', async () => {
    const { server, token } = await stage()
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': '99999999',
    }
    expect(await statusWithoutBody(`${server.url}/v1/echo`, headers)).toBe(413)
    const stranger = { ...headers, authorization: 'Bearer x' }
    expect(await statusWithoutBody(`${server.url}/v1/echo`, stranger)).toBe(401)
  })

  test('lets a request end before it closes, and takes no new one', async () => {
    const { server, client, release } = await stage()
    const slow = client.post('/v1/slow')
    // The request is on its way when closing begins.
    await new Promise((resolve) => setTimeout(resolve, 100))
    const closed = server.close(5000)
    expect(await faultOf(client.post('/v1/echo', { a: 'b' }))).toContain('SERVER_UNAVAILABLE')
    release()
    expect(await slow).toEqual({ done: true })
    await closed
  })

  test('ends a request that takes longer than the grace', async () => {
    const { server, client } = await stage()
    const slow = faultOf(client.post('/v1/slow'))
    await new Promise((resolve) => setTimeout(resolve, 100))
    await server.close(50)
    expect(await slow).toContain('SERVER_UNAVAILABLE')
  })

  test('is not reached from other machines without TLS or the explicit word', async () => {
    const { api, server } = await stage()
    expect(await faultOf(startServer(api, { host: '0.0.0.0', port: 0 }))).toContain('--insecure-network')
    expect(await faultOf(startServer(api, { host: '127.0.0.1.evil.example', port: 0 }))).toContain('--insecure-network')
    const port = Number(new URL(server.url).port)
    expect(await faultOf(startServer(api, { host: '127.0.0.1', port }))).toContain('is taken')
    const open = await startServer(api, { host: '0.0.0.0', port: 0, allowsInsecureNetwork: true })
    running.push(open)
    expect((await fetch(`http://127.0.0.1:${new URL(open.url).port}/v1/openapi.json`)).status).toBe(401)
  })
})
