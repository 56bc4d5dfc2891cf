import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declareModels, label, NOW, prediction } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { appendEvents, durably } from './append.ts'
import { readKnown } from './insert-events.ts'
import { rotatePartition } from './partitions.ts'
import { streamOf } from './stream.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
  await declareModels(fresh.database, 'm', 'other')
})
afterAll(() => fresh.drop())

const append = (events: Parameters<typeof appendEvents>[1]) => appendEvents(fresh.database, events, { now: NOW })

async function stored(model: string): Promise<string[]> {
  const { rows } = await fresh.database.pool.query('select id from event where model = $1 order by seq', [model])
  return rows.map(({ id }) => id)
}

describe('appendEvents', () => {
  it('writes events in their order and says so', async () => {
    const said = await append([prediction('a', 3000), prediction('b', 1000), label('la', 'a', 5000, 'yes')])
    expect(said).toEqual({ accepted: 3, repeated: 0, conflicts: [], unknown: [], newestSeq: expect.any(Number) })
    expect(await stored('m')).toEqual(['a', 'b', 'la'])
    const { rows } = await fresh.database.pool.query('select * from event where id = $1', ['a'])
    expect(rows[0]).toMatchObject({ type: 'p', time: 3000, received_at: NOW, prediction_id: 'a', version: 1 })
    expect(rows[0].body).toBe('{"features":{"age":3,"city":"city0","member":true},"score":0.5}')
    expect((await streamOf(fresh.database, 'm'))?.newest_seq).toBe(said.newestSeq)
  })

  it('changes nothing for an event that comes again, whatever the order of its keys', async () => {
    const again = prediction('a', 3000, { features: { member: true, city: 'city0', age: 3 } })
    const before = await streamOf(fresh.database, 'm')
    expect(await append([again])).toMatchObject({ accepted: 0, repeated: 1, newestSeq: null })
    expect(await stored('m')).toEqual(['a', 'b', 'la'])
    expect(await streamOf(fresh.database, 'm')).toEqual(before)
  })

  it('refuses an id with another body, and writes the rest of the batch', async () => {
    const said = await append([prediction('c', 1), prediction('a', 3000, { score: 0.6 }), prediction('d', 2)])
    expect(said).toMatchObject({ accepted: 2, repeated: 0, conflicts: [{ index: 1, id: 'a' }] })
    expect(await stored('m')).toEqual(['a', 'b', 'la', 'c', 'd'])
  })

  it.each([
    ['time', { time: 3001 }],
    ['version', { version: 2 }],
    ['the prediction', { predictionId: 'z' }],
    ['a feature', { features: { age: 4, city: 'city0', member: true } }],
    ['a feature that is null instead of left out', { features: { age: 3, city: 'city0', member: true, more: null } }],
  ])('sees that %s of an event differs', async (_, change) => {
    expect((await append([prediction('a', 3000, change)])).conflicts).toHaveLength(1)
  })

  it('judges repeats and conflicts inside one batch by the first of each id', async () => {
    const said = await append([prediction('e', 1), prediction('e', 1), prediction('e', 2), prediction('f', 1)])
    expect(said).toMatchObject({ accepted: 2, repeated: 1, conflicts: [{ index: 2, id: 'e' }] })
  })

  it('keeps ids of two models apart', async () => {
    expect(await append([prediction('a', 9, { model: 'other' })])).toMatchObject({ accepted: 1, conflicts: [] })
  })

  it('writes nothing of a model that nobody declared', async () => {
    const said = await append([prediction('g', 1), prediction('x', 1, { model: 'nobody' })])
    expect(said).toMatchObject({ accepted: 1, unknown: [{ index: 1, model: 'nobody' }] })
    expect(await stored('nobody')).toEqual([])
    // Nothing of it was kept: once the model is declared, the same event is taken.
    await declareModels(fresh.database, 'nobody')
    expect(await append([prediction('x', 1, { model: 'nobody' })])).toMatchObject({ accepted: 1 })
  })

  it('takes an event from the future without moving the newest time', async () => {
    await declareModels(fresh.database, 'future')
    const send = (id: string, time: number) => append([prediction(id, time, { model: 'future' })])
    await send('early', NOW - 1000)
    expect(await send('far', NOW + 5 * 60_000 + 1)).toMatchObject({ accepted: 1 })
    const far = { first_time: NOW - 1000, newest_time: NOW - 1000, predictions: 2 }
    expect(await streamOf(fresh.database, 'future')).toMatchObject(far)
    await send('near', NOW + 5 * 60_000)
    expect(await streamOf(fresh.database, 'future')).toMatchObject({ newest_time: NOW + 5 * 60_000 })
    await send('late', NOW - 5000)
    const late = { first_time: NOW - 5000, newest_time: NOW + 5 * 60_000 }
    expect(await streamOf(fresh.database, 'future')).toMatchObject(late)
  })

  it('keeps texts of any script, quotes and backslashes as they are', async () => {
    const id = 'Ünï"\\\u{1F600}'
    await append([prediction(id, 5, { features: { 'größe "x"\\': 'a\u0000b\n', "o'": '{}' } }), prediction('next', 5)])
    const { rows } = await fresh.database.pool.query('select id, body from event where id in ($1, $2)', [id, 'next'])
    expect(JSON.parse(rows[0].body).features).toEqual({ 'größe "x"\\': 'a\u0000b\n', "o'": '{}' })
    expect(rows[1].id).toBe('next')
  })

  it('writes each event once when two senders send the same ids in opposite order at once', async () => {
    const events = Array.from({ length: 400 }, (_, i) => prediction(`both${i}`, i, { model: i % 2 ? 'm' : 'other' }))
    const parts = Array.from({ length: 8 }, (_, i) => append(i % 2 ? events : [...events].reverse()))
    const said = await Promise.all(parts)
    expect(said.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(400)
    expect(said.reduce((sum, { repeated }) => sum + repeated, 0)).toBe(7 * 400)
    const { rows } = await fresh.database.pool.query(
      `select count(*) as n, count(distinct id) as ids from event where id like 'both%'`,
    )
    expect(rows[0]).toEqual({ n: 400, ids: 400 })
  })

  it('looks ids up one by one in their index, also when a batch is of unknown size', async () => {
    const { plan } = await durably(fresh.database, NOW, async (client) => {
      await readKnown(client, Buffer.alloc(32))
      await client.query('set local plan_cache_mode to force_generic_plan')
      const { rows } = await client.query(`explain execute "keepfit-known-events" ('\\x00', 1)`)
      return { plan: rows.map((row) => row['QUERY PLAN']).join('\n') }
    })
    expect(plan).toContain('Index Scan using event_id_pkey')
    expect(plan).not.toMatch(/Seq Scan|Hash Join|Merge Join/)
  })

  it('refuses what was repeated also when its partition was closed meanwhile', async () => {
    expect(await rotatePartition(fresh.database, { now: NOW, limits: { rows: 1, bytes: 1, ageMs: 1 } })).toBe(1)
    expect(await append([prediction('a', 3000), prediction('in-second', 1)])).toMatchObject({
      accepted: 1,
      repeated: 1,
    })
    const { rows } = await fresh.database.pool.query(`select partition from event where id = 'in-second'`)
    expect(rows).toEqual([{ partition: 2 }])
  })
})
