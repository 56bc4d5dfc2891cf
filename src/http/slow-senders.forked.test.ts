import { connect } from 'node:net'
import { z } from '@hono/zod-openapi'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { makeToken } from '../base/access-token.ts'
import { apiRoutes } from './api-routes.ts'
import { buildApi } from './app.ts'
import { authenticator } from './auth.ts'
import { answers, route } from './route.ts'
import { type RunningServer, startServer } from './server.ts'

const running: RunningServer[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.close(0)
})

const Body = z.strictObject({ a: z.string() })

/** A server of little patience; `/v1/echo` answers after some ms. */
async function stage(answersAfterMs = 0) {
  const clock = { now: () => 1000 }
  const { text: token, id, hash } = makeToken()
  const stored = { id, name: 'tester', hash, scopes: ['admin'] as const, expiresAt: null, revokedAt: null }
  const routes = apiRoutes().openapi(
    route({
      method: 'post',
      path: '/echo',
      scope: 'read',
      summary: 'Echo',
      request: { body: { required: true, content: { 'application/json': { schema: Body } } } },
      responses: { 200: answers(Body, 'The same.') },
    }),
    async (c) => {
      await new Promise((resolve) => setTimeout(resolve, answersAfterMs))
      return c.json(c.req.valid('json'), 200)
    },
  )
  const auth = authenticator({ tokens: async () => [stored], used: async () => undefined }, clock)
  const errors: unknown[] = []
  const statuses: number[] = []
  const api = buildApi({
    routes: [routes],
    auth,
    clock,
    version: '1',
    log: { error: (...said) => errors.push(said) },
    observe: ({ status }) => statuses.push(status),
  })
  const patience = { headersMs: 300, requestMs: 700 }
  const server = await startServer(api, { host: '127.0.0.1', port: 0, patience })
  running.push(server)
  return { server, token, errors, statuses }
}

describe('a slow sender', () => {
  /** What a connection that goes on sending, now and then a byte, is told, and after how many ms it is closed. */
  function dripped(url: string, start: string, drop: string): Promise<{ told: string; ms: number }> {
    return new Promise((resolve) => {
      const began = performance.now()
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      const drip = setInterval(() => drop !== '' && socket.writable && socket.write(drop), 50)
      let told = ''
      if (start !== '') socket.write(start)
      socket.on('data', (bytes) => {
        told += bytes.toString()
      })
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearInterval(drip)
        resolve({ told, ms: performance.now() - began })
      })
    })
  }

  test('of headers is cut off in the time that headers have, also one that sends nothing at all', async () => {
    const { server } = await stage()
    for (const [start, drop] of [
      ['', ''],
      ['GET /v1/slow HTTP/1.1\r\nhost: localhost\r\n', 'a: b\r\n'],
    ] as const) {
      const { ms } = await dripped(server.url, start, drop)
      expect(ms).toBeGreaterThan(250)
      expect(ms).toBeLessThan(650)
    }
  })

  test('of a body is cut off in the time that a request has, and is no mistake of the server', async () => {
    const { server, token, errors, statuses } = await stage()
    const headers = ['host: localhost', `authorization: Bearer ${token}`, 'content-type: application/json']
    for (const length of ['content-length: 900', 'transfer-encoding: chunked']) {
      const start = `POST /v1/echo HTTP/1.1\r\n${[...headers, length].join('\r\n')}\r\n\r\n`
      const { told, ms } = await dripped(server.url, start, length.endsWith('chunked') ? '1\r\n \r\n' : ' ')
      expect(ms).toBeGreaterThan(650)
      expect(ms).toBeLessThan(1100)
      expect(told).not.toContain(' 500 ')
    }
    // Its handler ends as well, soon after its connection: nothing waits for bytes that never come.
    await vi.waitFor(() => expect([errors, statuses]).toEqual([[], [400, 400]]))
  })

  test('is not who waits for an answer that takes longer', async () => {
    const { server, token } = await stage(900)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await fetch(`${server.url}/v1/echo`, { method: 'POST', headers, body: '{"a":"b"}' })
    expect(await answer.json()).toEqual({ a: 'b' })
  })
})
