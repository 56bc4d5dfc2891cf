import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { eventsStage as stage } from '../../../test/support/events-stage.ts'

const event = (id: string, more: object = {}) => ({ id, type: 'prediction', model: 'm', time: 1, ...more })

const ndjson = (...events: readonly unknown[]) => events.map((one) => JSON.stringify(one)).join('\n')
const LINES = 'application/x-ndjson'

describe('POST /v1/events', () => {
  it('takes one event and says where it stands', async () => {
    const { post, stored } = stage()
    const said = await post(JSON.stringify(event('a')), 'application/json; charset=utf-8')
    expect(said).toEqual({ status: 200, body: { accepted: 1, repeated: 0, newestSeq: 1 } })
    expect(stored.map(({ id }) => id)).toEqual(['a'])
    const again = await post(JSON.stringify(event('a')), 'application/json')
    expect(again).toEqual({ status: 200, body: { accepted: 0, repeated: 1, newestSeq: null } })
  })

  it('takes a long body in batches', async () => {
    const { post, batches } = stage()
    const said = await post(ndjson(...Array.from({ length: 2500 }, (_, i) => event(`e${i}`))), LINES)
    expect(said).toEqual({ status: 200, body: { accepted: 2500, repeated: 0, newestSeq: 2500 } })
    expect(batches).toEqual([1000, 1000, 500])
  })

  it.each([
    [event('a', { time: 'x' }), 400, 'USAGE', /^'time' must be/],
    [event('taken'), 409, 'CONFLICT', "the id 'taken' was used for another event"],
    [event('a', { model: 'nobody' }), 404, 'NOT_FOUND', "no model is called 'nobody'"],
  ])('refuses a single event %j with %i', async (one, status, code, message) => {
    const { post, stored } = stage()
    const said = await post(JSON.stringify(one), 'application/json')
    expect(said.status).toBe(status)
    const text = typeof message === 'string' ? message : expect.stringMatching(message)
    expect(said.body).toMatchObject({ error: { code, message: text } })
    expect(stored).toEqual([])
  })

  it('takes all but the wrong lines, and says which those are; the whole may be sent again', async () => {
    const { post, stored } = stage()
    const body = ndjson(
      event('a'),
      event('b', { time: 'x' }),
      event('taken1'),
      event('c', { model: 'nobody' }),
      event('d'),
    )
    const said = await post(body, LINES)
    expect(said.status).toBe(400)
    expect(said.body).toMatchObject({
      error: {
        code: 'USAGE',
        message: expect.stringMatching(/^line 2: 'time' must .*; 3 of 5 events were not taken, all others were$/),
        details: {
          accepted: 2,
          refused: [{ line: 2, message: expect.stringContaining("'time'") }],
          conflicts: [{ line: 3, id: 'taken1' }],
          unknown: [{ line: 4, model: 'nobody' }],
        },
      },
    })
    expect(stored.map(({ id }) => id)).toEqual(['a', 'd'])
    const mended = await post(ndjson(event('a'), event('b'), event('d')), LINES)
    expect(mended).toMatchObject({ status: 200, body: { accepted: 1, repeated: 2 } })
  })

  it('reads a CloudEvent from headers and body', async () => {
    const { post, stored } = stage()
    const said = await post(JSON.stringify({ model: 'm', features: { a: 1 } }), 'application/json', {
      'ce-specversion': '1.0',
      'ce-id': 'r%C3%A9q',
      'ce-source': '/s',
      'ce-type': 'keepfit.prediction',
      'ce-time': '1970-01-01T00:00:01Z',
    })
    expect(said.status).toBe(200)
    expect(stored).toMatchObject([{ id: 'réq', time: 1000, features: { a: 1 } }])
  })

  it.each([
    ['a type that is not read', 'id=1', 'text/csv', 415, 'UNSUPPORTED_MEDIA'],
    ['an empty list', '[]', 'application/json', 400, 'USAGE'],
    ['no line with an event', '\n\n', LINES, 400, 'USAGE'],
    ['no JSON', '{', 'application/json', 400, 'USAGE'],
    ['a batch of CloudEvents that is none', '{}', 'application/cloudevents-batch+json', 400, 'USAGE'],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0xff]), LINES, 400, 'USAGE'],
    ['more than 8 MiB', ' '.repeat(8 * 2 ** 20 + 1), LINES, 413, 'TOO_LARGE'],
    ['a key that reaches into prototypes', '{"__proto__":{}}', 'application/json', 400, 'USAGE'],
    ['nesting without end', '['.repeat(100_000), LINES, 400, 'USAGE'],
  ])('refuses %s', async (_, body, type, status, code) => {
    const { post, batches } = stage()
    expect(await post(body, type)).toMatchObject({ status, body: { error: { code } } })
    expect(batches).toEqual([])
  })

  it('reads bodies that are compressed with gzip, as lines and as JSON', async () => {
    const { post, stored } = stage()
    const gzip = { 'content-encoding': 'gzip' }
    const lines = gzipSync(`${JSON.stringify(event('a'))}\n${JSON.stringify(event('b'))}`)
    expect((await post(Uint8Array.from(lines), LINES, gzip)).body).toMatchObject({ accepted: 2 })
    const one = gzipSync(JSON.stringify(event('c')))
    expect((await post(Uint8Array.from(one), 'application/json', { 'content-encoding': 'GZIP' })).status).toBe(200)
    expect((await post(JSON.stringify(event('d')), LINES, { 'content-encoding': 'identity' })).status).toBe(200)
    expect(stored.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd'])
  })

  it.each([
    ['another compression', JSON.stringify(event('a')), 'br', 415, "gzip or not at all; got 'br'"],
    ['two compressions', gzipSync(gzipSync('{}')), 'gzip, gzip', 415, "got 'gzip, gzip'"],
    ['what is no gzip', JSON.stringify(event('a')), 'gzip', 400, 'cannot be inflated'],
    ['gzip that was cut off', gzipSync(JSON.stringify(event('a'))).subarray(0, -5), 'gzip', 400, 'cannot be inflated'],
    ['8 MiB that swell by one byte', gzipSync(' '.repeat(8 * 2 ** 20 + 1)), 'gzip', 413, 'more when inflated'],
    ['a bomb', gzipSync(Buffer.alloc(128 * 2 ** 20, 32)), 'gzip', 413, 'more when inflated'],
  ])('refuses %s', async (_, body, encoding, status, message) => {
    const { post, batches } = stage()
    const before = process.memoryUsage().arrayBuffers
    const bytes = typeof body === 'string' ? body : Uint8Array.from(body)
    const said = await post(bytes, LINES, { 'content-encoding': encoding })
    expect(said).toMatchObject({ status, body: { error: { message: expect.stringContaining(message) } } })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20)
    expect(batches).toEqual([])
  })

  it('reads no more than fits: 8 MiB that come out of gzip are read', async () => {
    const body = `${JSON.stringify(event('a'))}\n`
    const whole = gzipSync(body + ' '.repeat(8 * 2 ** 20 - body.length))
    expect((await stage().post(Uint8Array.from(whole), LINES, { 'content-encoding': 'gzip' })).status).toBe(200)
  })

  it('needs a token that may ingest', async () => {
    const { api, post } = stage(['read'])
    expect((await post('{}', 'application/json')).status).toBe(403)
    const bare = await api.request('/v1/events', { method: 'POST', body: '{}', headers: { host: 'localhost' } })
    expect(bare.status).toBe(401)
  })

  it('documents an event by its schema', async () => {
    const answer = await stage().api.request('/v1/openapi.json', { headers: { host: 'localhost' } })
    const text = answer.status === 200 ? await answer.text() : ''
    if (text !== '') expect(JSON.parse(text).components.schemas.Event).toBeDefined()
  })
})

describe('GET /v1/models/{model}/events', () => {
  it('streams the export, JSON lines unless told', async () => {
    const { get } = stage(['read'])
    const said = await get('/models/m/events?from=-5&to=7')
    expect(said.headers.get('content-type')).toBe('application/x-ndjson')
    expect(said.headers.get('content-disposition')).toBe('attachment; filename="m-events.jsonl"')
    expect(await said.text()).toBe('{"model":"m","format":"jsonl","from":-5,"to":7}\n{}')
    const parquet = await get('/models/m/events?format=parquet')
    expect(parquet.headers.get('content-type')).toBe('application/vnd.apache.parquet')
    expect(await parquet.text()).toContain('"from":null,"to":null')
  })

  it.each([
    ['/models/nobody/events', 404],
    ['/models/m/events?format=csv', 400],
    ['/models/m/events?from=soon', 400],
    ['/models/m/events?limit=5', 400],
    ['/models/..%2fm/events', 400],
  ])('refuses %s with %i', async (path, status) => {
    expect((await stage(['read']).get(path)).status).toBe(status)
  })

  it('needs a token that may read', async () => {
    expect((await stage(['ingest']).get('/models/m/events')).status).toBe(403)
  })
})
