import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import { type Message, messageText } from '../../base/message.ts'
import type { WebhookHook } from '../hook-config.ts'
import { postMessage, type WebhookWorld } from './post-message.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const MESSAGE: Message = {
  id: 'msg_1',
  model: 'churn',
  event: 'rolled-back',
  target: 't',
  body: { version: 2, because: 'wörse' },
  writtenAt: 1_700_000_000_000,
  attempt: 3,
}

interface Heard {
  readonly path: string
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
}
let heard: Heard[] = []
let answer: (response: ServerResponse) => void = (response) => response.writeHead(204).end()
let server: Server
let port = 0
beforeEach(async () => {
  heard = []
  answer = (response) => response.writeHead(204).end()
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { url = '', method = '', headers } = request
      heard.push({ path: url, method, headers, text: Buffer.concat(parts).toString('utf8') })
      answer(response)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

const hook = (host = '127.0.0.1', more: Partial<WebhookHook['webhook']> = {}, timeout = 5): WebhookHook => ({
  on: ['rolled-back'],
  webhook: { url: `http://${host}:${port}/hook?x=1`, secretEnv: 'SECRET', allow: ['loopback'], ...more },
  timeout,
})
const post = (given: WebhookHook, world: Partial<WebhookWorld> = {}, signal = new AbortController().signal) =>
  postMessage(MESSAGE, given, { clock: systemClock, environment: { SECRET }, ...world }, signal)
const resolvesTo = (...addresses: string[]): LookupFunction => {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  return (_host, _options, done) => done(null, all)
}

describe('a webhook', () => {
  test('arrives signed, so that the receiver can tell who sent it and when', async () => {
    expect(await post(hook())).toEqual({ kind: 'delivered', detail: 'answered 204' })
    const [{ path, method, headers, text }] = heard as [Heard]
    expect([method, path, headers['content-type']]).toEqual(['POST', '/hook?x=1', 'application/json'])
    expect(headers['webhook-id']).toBe('msg_1')
    const said = new Webhook(SECRET).verify(text, headers as Record<string, string>)
    expect(said).toEqual({
      type: 'model.rolled_back',
      timestamp: '2023-11-14T22:13:20.000Z',
      data: { model: 'churn', version: 2, because: 'wörse' },
    })
    expect(text).toBe(messageText(MESSAGE))
    const other = new Webhook(`whsec_${Buffer.alloc(32, 8).toString('base64')}`)
    expect(() => other.verify(text, headers as Record<string, string>)).toThrow()
    expect(() => new Webhook(SECRET).verify(`${text} `, headers as Record<string, string>)).toThrow()
  })

  test('follows no redirect', async () => {
    answer = (response) => response.writeHead(307, { location: `http://127.0.0.1:${port}/elsewhere` }).end()
    expect(await post(hook())).toMatchObject({ kind: 'failed', why: expect.stringContaining('307: redirects') })
    expect(heard.map(({ path }) => path)).toEqual(['/hook?x=1'])
  })

  test('that fails says the status and nothing of the answer', async () => {
    answer = (response) => response.writeHead(500).end('stack trace with a secret')
    expect(await post(hook())).toEqual({ kind: 'failed', why: 'answered 500' })
  })

  test('is not sent again to a target that is gone, and later to one that asks for time', async () => {
    answer = (response) => response.writeHead(410).end()
    expect(await post(hook())).toMatchObject({ kind: 'failed', isFinal: true })
    answer = (response) => response.writeHead(429, { 'retry-after': '120' }).end()
    expect(await post(hook())).toEqual({ kind: 'failed', why: 'answered 429', retryAfterMs: 120_000 })
    answer = (response) => response.writeHead(503, { 'retry-after': '99999999' }).end()
    expect(await post(hook())).toMatchObject({ retryAfterMs: 86_400_000 })
  })

  test('is given up when no answer comes in time, and when Keepfit stops', async () => {
    answer = () => {}
    expect(await post(hook('127.0.0.1', {}, 0.2))).toEqual({ kind: 'failed', why: 'no answer within 0.2 s' })
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 100)
    expect(await post(hook(), {}, stop.signal)).toMatchObject({ kind: 'failed' })
  })

  test('takes an answer without end for what its status says', async () => {
    answer = (response) => {
      response.writeHead(200)
      const more = () => response.destroyed || response.write(Buffer.alloc(16_384), () => setImmediate(more))
      more()
    }
    expect(await post(hook())).toMatchObject({ kind: 'delivered' })
  })

  test('without a usable secret is not sent', async () => {
    for (const environment of [{}, { SECRET: '' }, { SECRET: 'hush' }]) {
      const outcome = await post(hook(), { environment })
      expect(outcome).toMatchObject({ kind: 'failed', why: expect.stringContaining('the variable SECRET') })
      expect(JSON.stringify(outcome)).not.toContain('hush')
    }
    expect(heard).toEqual([])
  })

  test('to nobody says that nobody is there', async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    expect(await post(hook())).toMatchObject({ why: 'it could not be reached: ECONNREFUSED' })
    server.listen(port, '127.0.0.1')
  })
})

describe('an address', () => {
  const REFUSED = { kind: 'failed', why: expect.stringContaining('is refused') }

  test('of this machine is refused unless the hook says so, written out or by name', async () => {
    expect(await post(hook('127.0.0.1', { allow: [] }))).toMatchObject(REFUSED)
    expect(await post(hook('[::ffff:127.0.0.1]', { allow: [] }))).toMatchObject(REFUSED)
    expect(await post(hook('2130706433', { allow: [] }))).toMatchObject(REFUSED)
    expect(await post(hook('localhost', { allow: [] }))).toMatchObject(REFUSED)
    expect(
      await post(hook('inside.example', { allow: ['private'] }), { lookup: resolvesTo('127.0.0.1') }),
    ).toMatchObject(REFUSED)
    expect(heard).toEqual([])
    expect(await post(hook('inside.example'), { lookup: resolvesTo('127.0.0.1') })).toMatchObject({ kind: 'delivered' })
  })

  test('of a metadata service is refused whatever the hook says', async () => {
    const given = hook('169.254.169.254', { allow: ['loopback', 'private'] })
    expect(await post(given)).toMatchObject(REFUSED)
    const byName = hook('metadata.example', { allow: ['loopback', 'private'] })
    expect(await post(byName, { lookup: resolvesTo('169.254.169.254') })).toMatchObject(REFUSED)
  })

  test('that hides among good ones is refused', async () => {
    expect(await post(hook('mixed.example'), { lookup: resolvesTo('127.0.0.1', '169.254.169.254') })).toMatchObject(
      REFUSED,
    )
    expect(heard).toEqual([])
  })

  test('is asked for once: a name that changes between check and connection gains nothing', async () => {
    let asked = 0
    const rebinding: LookupFunction = (_host, _options, done) => {
      asked++
      done(null, [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }])
    }
    expect(await post(hook('rebinding.example'), { lookup: rebinding })).toMatchObject({ kind: 'delivered' })
    expect(asked).toBe(1)
  })

  test('of a host that is not on the list is refused', async () => {
    expect(await post(hook(), { allowedHosts: ['hooks.example.com'] })).toMatchObject({
      why: expect.stringContaining('not among those that may be told'),
    })
    expect(heard).toEqual([])
    expect(await post(hook(), { allowedHosts: ['127.0.0.1'] })).toMatchObject({ kind: 'delivered' })
  })
})
