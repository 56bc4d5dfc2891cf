import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { declareModels, NOW, prediction } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import type { RequestHalf, ResponseHalf } from '../../data/inference.ts'
import { appendEvents } from './append.ts'
import { createHalfAppender } from './half-appender.ts'
import { appendHalves, expireHalves } from './halves.ts'
import { streamOf } from './stream.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
  await declareModels(fresh.database, 'm')
})
afterAll(() => fresh.drop())
beforeEach(async () => {
  await fresh.database.pool.query('truncate event, event_id, event_half, event_half_seen, stream')
})

const request = (id: string, rows: RequestHalf['rows'] = [{ a: 1 }], time = 1000): RequestHalf => ({
  side: 'request',
  id,
  model: 'm',
  time,
  rows,
})
const response = (id: string, rows: ResponseHalf['rows'] = [0.5], time = 1009): ResponseHalf => ({
  side: 'response',
  id,
  model: 'm',
  time,
  rows,
})
const append = (...halves: Parameters<typeof appendHalves>[1]) => appendHalves(fresh.database, halves, { now: NOW })
const outcomes = async (...halves: Parameters<typeof appendHalves>[1]) => (await append(...halves)).outcomes

async function stored() {
  const { rows } = await fresh.database.pool.query('select id, time, type, prediction_id, body from event order by seq')
  return rows
}
async function waiting() {
  const { rows } = await fresh.database.pool.query('select id, side from event_half order by id')
  return rows
}

test('a pair becomes a prediction at the time of its request, whichever half comes first', async () => {
  expect(await append(request('a'))).toEqual({ outcomes: ['accepted'], newestSeq: null })
  expect(await stored()).toEqual([])
  expect((await append(response('a'))).newestSeq).toEqual(expect.any(Number))
  expect(await outcomes(response('b'))).toEqual(['accepted'])
  expect(await outcomes(request('b'))).toEqual(['accepted'])
  const event = { time: 1000, type: 'p', body: '{"features":{"a":1},"score":0.5}' }
  expect(await stored()).toEqual([
    { ...event, id: 'a', prediction_id: 'a' },
    { ...event, id: 'b', prediction_id: 'b' },
  ])
  expect(await waiting()).toEqual([])
  expect(await streamOf(fresh.database, 'm')).toMatchObject({ predictions: 2, newest_time: 1000 })
})

test('the rows of a batch are predictions of their own', async () => {
  expect(await outcomes(request('a', [{ a: 1 }, { a: 2 }]), response('a', [0.1, null]))).toEqual([
    'accepted',
    'accepted',
  ])
  expect((await stored()).map(({ id, body }) => [id, body])).toEqual([
    ['a:0', '{"features":{"a":1},"score":0.1}'],
    ['a:1', '{"features":{"a":2}}'],
  ])
  expect(await waiting()).toEqual([])
})

test('a half that comes again changes nothing, before its pair is joined and after', async () => {
  await append(request('a'))
  expect(await outcomes(request('a'))).toEqual(['repeated'])
  expect(await outcomes(response('a'), response('a'))).toEqual(['accepted', 'repeated'])
  expect(await outcomes(response('a'), request('a'))).toEqual(['repeated', 'repeated'])
  expect(await stored()).toHaveLength(1)
  expect(await waiting()).toEqual([])
})

test('a half with other content under the same id is a conflict, and the first one counts', async () => {
  await append(request('a'))
  expect(await outcomes(request('a', [{ a: 2 }]))).toEqual(['conflict'])
  expect(await outcomes(request('a', [{ a: 1 }], 1001))).toEqual(['conflict'])
  await append(response('a'))
  expect(await outcomes(response('a', [0.6]))).toEqual(['conflict'])
  expect((await stored()).map(({ body }) => body)).toEqual(['{"features":{"a":1},"score":0.5}'])
})

test('halves of different numbers of rows are refused, and the right half may still come', async () => {
  await append(request('a'))
  expect(await outcomes(response('a', [0.1, 0.2]))).toEqual([
    { refused: "the request 'a' has 1 rows, its response 2: they must have as many" },
  ])
  expect(await waiting()).toEqual([{ id: 'a', side: 'request' }])
  expect(await outcomes(response('a'))).toEqual(['accepted'])
  expect(await stored()).toHaveLength(1)
})

test('a pair whose name another event has is a conflict, and no model is made up', async () => {
  await appendEvents(fresh.database, [prediction('a', 5)], { now: NOW })
  await append(request('a'))
  expect(await outcomes(response('a'))).toEqual(['conflict'])
  expect(await outcomes({ ...request('x'), model: 'nobody' })).toEqual(['unknown-model'])
  expect((await stored()).map(({ time }) => time)).toEqual([5])
})

test('halves that come at the same moment over many connections are all joined, each once', async () => {
  const ids = Array.from({ length: 60 }, (_, i) => `r${i}`)
  const halves = ids.flatMap((id) => [[request(id)], [response(id)], [request(id)]])
  const said = await Promise.all(halves.map((one) => append(...one)))
  const flat = said.flatMap((one) => one.outcomes)
  expect(flat.filter((one) => one === 'accepted')).toHaveLength(120)
  expect(flat.filter((one) => one === 'repeated')).toHaveLength(60)
  expect(new Set((await stored()).map(({ id }) => id))).toEqual(new Set(ids))
  expect(await stored()).toHaveLength(60)
  expect(await waiting()).toEqual([])
})

test('halves that waited in vain are taken away and counted; younger ones stay', async () => {
  await append(request('old'))
  await appendHalves(fresh.database, [request('young')], { now: NOW + 10 })
  expect(await expireHalves(fresh.database, NOW)).toEqual(new Map())
  expect(await expireHalves(fresh.database, NOW + 5)).toEqual(new Map([['m', 1]]))
  expect(await waiting()).toEqual([{ id: 'young', side: 'request' }])
  expect(await streamOf(fresh.database, 'm')).toMatchObject({ expired_halves: 1 })
})

test('requests that come together share transactions, each with its own outcomes', async () => {
  const appender = createHalfAppender({
    database: fresh.database,
    clock: { now: () => NOW },
    checkDisk: async () => {},
  })
  const said = await Promise.all([
    appender.append([request('a')]),
    appender.append([response('b'), request('b', [{ a: 1 }, { a: 2 }])]),
    appender.append([response('a')]),
  ])
  expect(said.map((one) => one.outcomes)).toEqual([
    ['accepted'],
    ['accepted', { refused: expect.stringContaining('2 rows') }],
    ['accepted'],
  ])
  await appender.close()
  await expect(appender.append([request('c')])).rejects.toMatchObject({ code: 'DRAINING' })
})

test('halves expire after whoever writes to their stream is done, and hold up none of them', async () => {
  await append(request('slow'))
  const writer = await fresh.database.pool.connect()
  await writer.query("begin; select from stream where model = 'm' for update")
  const expiring = expireHalves(fresh.database, NOW + 5)
  const isWaiting =
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'transactionid'"
  await expect.poll(async () => (await fresh.database.pool.query(isWaiting)).rowCount).toBe(1)
  // The other half came now: had the first been taken away already, both would wait for each other for ever.
  expect((await writer.query("delete from event_half where id = 'slow'")).rowCount).toBe(1)
  await writer.query('commit')
  writer.release()
  expect(await expiring).toEqual(new Map())
})

test('many halves of one request are kept each as it was told', async () => {
  const told = [request('a', [{ a: 1, b: 'ü"\\' }], 5), response('b', [0.25], 7), request('c', [{ a: null }], 9)]
  expect(await outcomes(...told)).toEqual(['accepted', 'accepted', 'accepted'])
  const { rows } = await fresh.database.pool.query('select * from event_half order by id')
  expect(rows).toMatchObject([
    { model: 'm', id: 'a', side: 'request', time: 5, received_at: NOW, body: '[{"a":1,"b":"ü\\"\\\\"}]' },
    { model: 'm', id: 'b', side: 'response', time: 7, received_at: NOW, body: '[0.25]' },
    { model: 'm', id: 'c', side: 'request', time: 9, received_at: NOW, body: '[{"a":null}]' },
  ])
})
