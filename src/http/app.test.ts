import { z } from '@hono/zod-openapi'
import { describe, expect, test } from 'vitest'
import { makeToken } from '../base/access-token.ts'
import { Fault } from '../base/fault.ts'
import type { Scope } from './actor.ts'
import { apiRoutes } from './api-routes.ts'
import { type Api, type ApiLog, buildApi, type ObservedRequest } from './app.ts'
import { authenticator } from './auth.ts'
import { answers, route } from './route.ts'
import { healthRoutes } from './routes/health.ts'
import { ModelPath } from './shapes/names.ts'

const Thing = z.strictObject({ name: z.string().max(20), count: z.int().min(0).max(9) })

function thingRoutes() {
  return apiRoutes()
    .openapi(
      route({
        method: 'get',
        path: '/things/{model}',
        scope: 'read',
        summary: 'A thing',
        request: { params: ModelPath },
        responses: { 200: answers(z.strictObject({ by: z.string(), model: z.string() }), 'It.') },
      }),
      (c) => c.json({ by: c.get('actor').name, model: c.req.valid('param').model }, 200),
    )
    .openapi(
      route({
        method: 'post',
        path: '/things',
        scope: 'operate',
        summary: 'Makes a thing',
        maxBytes: 1000,
        request: { body: { required: true, content: { 'application/json': { schema: Thing } } } },
        responses: { 201: answers(Thing, 'It.') },
      }),
      (c) => {
        const thing = c.req.valid('json')
        if (thing.name === 'taken') throw new Fault('CONFLICT', "'taken' is taken", { name: 'taken' })
        if (thing.name === 'bug') throw new TypeError('secret inner words')
        return c.json(thing, 201)
      },
    )
}

function stage(scopes: readonly Scope[] = ['admin']) {
  const { text, id, hash } = makeToken()
  const clock = { now: () => 1000 }
  const logged: string[] = []
  const observed: ObservedRequest[] = []
  const log: ApiLog = { error: (fields) => void logged.push(String((fields['error'] as Error).message)) }
  const stored = { id, name: 'tester', hash, scopes, expiresAt: null, revokedAt: null }
  const auth = authenticator({ tokens: async () => [stored], used: async () => undefined }, clock)
  const health = healthRoutes({ version: '1', parts: async () => [], isStopping: () => false })
  const api = buildApi({
    routes: [health, thingRoutes()],
    auth,
    clock,
    version: '1',
    log,
    hosts: ['keepfit.example'],
    observe: (request) => void observed.push(request),
  })
  return { api, text, logged, observed }
}

interface Ask {
  readonly token?: string
  readonly method?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

async function ask(api: Api, path: string, { token, method = 'GET', body, headers = {} }: Ask = {}) {
  const answer = await api.request(`http://localhost${path}`, {
    method,
    headers: {
      host: 'localhost:7437',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  })
  const text = await answer.text()
  const told = z
    .object({ error: z.object({ code: z.string(), message: z.string() }) })
    .safeParse(text === '' ? null : JSON.parse(text))
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    code: told.data?.error.code,
    message: told.data?.error.message,
  }
}

describe('the frame of the API', () => {
  test('health is told to anybody, everything else only with a token', async () => {
    const { api, text } = stage()
    expect((await ask(api, '/v1/health')).status).toBe(200)
    for (const path of ['/v1/things/churn', '/v1/openapi.json', '/v1/nothing', '/', '/v1/health/', '/v1/health/x'])
      expect([path, (await ask(api, path)).status]).toEqual([path, 401])
    const mine = await ask(api, '/v1/things/churn', { token: text })
    expect([mine.status, mine.text]).toEqual([200, '{"by":"tester","model":"churn"}'])
  })

  test('a token must have the scope of the route, and admin has all', async () => {
    const body = '{"name":"a","count":1}'
    const post = async (scopes: readonly Scope[]) => {
      const { api, text } = stage(scopes)
      return (await ask(api, '/v1/things', { token: text, method: 'POST', body })).status
    }
    expect([await post(['read']), await post(['ingest']), await post(['operate']), await post(['admin'])]).toEqual([
      403, 403, 201, 201,
    ])
    const { api, text } = stage(['operate'])
    expect((await ask(api, '/v1/things/churn', { token: text })).status).toBe(200)
    const ingest = stage(['ingest'])
    expect((await ask(ingest.api, '/v1/things/churn', { token: ingest.text })).status).toBe(403)
  })

  test('what a handler throws is told with its code; what nobody foresaw is told without its words', async () => {
    const { api, text, logged } = stage()
    const post = (name: string) =>
      ask(api, '/v1/things', { token: text, method: 'POST', body: JSON.stringify({ name, count: 1 }) })
    expect(JSON.parse((await post('taken')).text)).toEqual({
      error: { code: 'CONFLICT', message: "'taken' is taken", details: { name: 'taken' } },
    })
    const bug = await post('bug')
    expect([bug.status, bug.code]).toEqual([500, 'INTERNAL'])
    expect(bug.text).not.toContain('secret')
    expect(logged).toEqual(['secret inner words'])
  })

  test('a body that does not fit is refused with what is wrong', async () => {
    const { api, text } = stage()
    const post = async (body: string, headers: Readonly<Record<string, string>> = {}) => {
      const { status, code } = await ask(api, '/v1/things', { token: text, method: 'POST', body, headers })
      return `${status} ${code}`
    }
    expect(await post('{"name":"a"')).toBe('400 USAGE')
    expect(await post('')).toBe('400 USAGE')
    expect(await post('{"name":"a","count":-1}')).toBe('400 USAGE')
    expect(await post('{"name":"a","count":1,"more":1}')).toBe('400 USAGE')
    expect(await post('{"name":"a","count":1,"__proto__":{"a":1}}')).toBe('400 USAGE')
    expect(await post('{"name":"a","count":1,"\\u005f_proto__":{"a":1}}')).toBe('400 USAGE')
    expect(await post(`${'['.repeat(100)}`)).toBe('400 USAGE')
    expect(await post('{"name":"a","count":1}', { 'content-type': 'text/plain' })).toBe('415 UNSUPPORTED_MEDIA')
    expect(await post(`{"name":"a","count":1}${' '.repeat(1000)}`)).toBe('413 TOO_LARGE')
    const { status } = await ask(api, '/v1/things/NOT..A/MODEL', { token: text })
    expect(status).toBe(404)
    expect((await ask(api, '/v1/things/UPPER', { token: text })).status).toBe(400)
  })

  test('a body without an announced length is held to its limit as well', async () => {
    const { api, text } = stage()
    const send = async (bytes: number) => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"name":"a","count":1}'))
          for (let sent = 0; sent < bytes; sent += 100) controller.enqueue(new TextEncoder().encode(' '.repeat(100)))
          controller.close()
        },
      })
      const headers = {
        host: 'localhost',
        authorization: `Bearer ${text}`,
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
      }
      const init = { method: 'POST', headers, body, duplex: 'half' as const }
      return (await api.request('http://localhost/v1/things', init)).status
    }
    expect([await send(100), await send(2000)]).toEqual([201, 413])
  })

  test('what is not there is 404, the wrong method 405 with the right ones, and OPTIONS lists them', async () => {
    const { api, text: token } = stage()
    expect((await ask(api, '/v1/nothing', { token })).code).toBe('NOT_FOUND')
    const wrong = await ask(api, '/v1/things', { token, method: 'DELETE' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
    const listed = await ask(api, '/v1/things/churn', { token, method: 'OPTIONS' })
    expect([listed.status, listed.headers.get('allow'), listed.text]).toEqual([204, 'HEAD, GET', ''])
    expect((await ask(api, '/v1/things/churn', { token, method: 'HEAD' })).status).toBe(200)
  })

  test('a strange host name and a strange page are refused before the token is looked at', async () => {
    const { api, text: token } = stage()
    const withHost = async (host: string) => (await ask(api, '/v1/health', { headers: { host } })).status
    expect(await withHost('evil.example')).toBe(403)
    expect(await withHost('localhost.evil.example')).toBe(403)
    expect(
      await Promise.all(['127.0.0.1:80', '[::1]:7437', 'LOCALHOST', '10.0.0.7:1', 'keepfit.example'].map(withHost)),
    ).toEqual([200, 200, 200, 200, 200])
    const post = async (headers: Readonly<Record<string, string>>) =>
      (await ask(api, '/v1/things', { token, method: 'POST', body: '{"name":"a","count":1}', headers })).status
    expect(await post({ origin: 'http://localhost:7437' })).toBe(201)
    expect(await post({ origin: 'http://evil.example' })).toBe(403)
    expect(await post({ origin: 'null' })).toBe(403)
    expect(await post({ 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await post({ 'sec-fetch-site': 'same-origin' })).toBe(201)
  })

  test('every answer, a refusal too, has the headers that keep browsers from misusing it', async () => {
    const { api } = stage()
    for (const path of ['/v1/health', '/v1/things/churn']) {
      const { headers } = await ask(api, path, { headers: { 'x-request-id': 'mine-1' } })
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-request-id')).toBe('mine-1')
      expect(headers.has('access-control-allow-origin')).toBe(false)
    }
    const { headers } = await ask(api, '/v1/health', { headers: { 'x-request-id': 'a b' } })
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-/)
  })

  test('requests are counted under the pattern of their route, refusals too', async () => {
    const { api, text: token, observed } = stage()
    await ask(api, '/v1/things/churn', { token })
    await ask(api, '/v1/things/churn')
    await ask(api, '/v1/elsewhere', { token })
    expect(observed.map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual([
      'GET /v1/things/:model 200',
      'GET /v1/things/:model 401',
      'GET none 404',
    ])
  })
})
