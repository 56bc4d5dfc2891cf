import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { declareModels, NOW, prediction } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { appendEvents } from './append.ts'
import { rotatePartition } from './partitions.ts'
import { sealPartitions } from './seal.ts'
import { nextPrediction } from './stream.ts'

let fresh: FreshDatabase
let dataFolder: string
beforeAll(async () => {
  // One connection: whose counts of rows read are asked for is then known.
  fresh = await freshDatabase({ maxConnections: 1 })
  dataFolder = await mkdtemp(join(tmpdir(), 'keepfit-nth-'))
  await declareModels(fresh.database, 'm', 'other')
})
afterAll(async () => {
  await fresh.drop()
  await rm(dataFolder, { recursive: true })
})

test('the n-th prediction from an instant on is found among sealed and open ones, corrections left out', async () => {
  const stores = { database: fresh.database, dataFolder }
  const append = (...events: Parameters<typeof appendEvents>[1]) => appendEvents(fresh.database, events, { now: NOW })
  const nth = (from: number, n: number) => nextPrediction(stores, 'm', from, n)
  await append(prediction('a', 10), prediction('b', 30), prediction('c', 50), prediction('x', 1, { model: 'other' }))
  expect([await nth(0, 2), await nth(11, 2), await nth(0, 4)]).toEqual([30, 50, null])
  await rotatePartition(fresh.database, { now: NOW, limits: { rows: 1, bytes: 1, ageMs: 0 } })
  expect(await sealPartitions(stores, { now: NOW, settledMs: 0 })).toEqual([1])
  await append(prediction('d', 20), prediction('e', 50), prediction('f', 15, { predictionId: 'a' }))
  // 10, 20, 30, 50, 50
  expect([await nth(0, 2), await nth(0, 3), await nth(0, 4), await nth(0, 5), await nth(0, 6)]).toEqual([
    20,
    30,
    50,
    50,
    null,
  ])
  expect(await nth(20, 2)).toBe(30)
})

test('the n-th prediction is looked up in the order of time: what comes after it is not read', async () => {
  const stores = { database: fresh.database, dataFolder }
  const { pool } = fresh.database
  await pool.query(`insert into event (partition, model, type, id, time, received_at, prediction_id, body)
    select (select number from event_partition where closed_at is null), 'other', 'p', 'many' || i, 1000 + i, 0, 'many' || i, '{}'
    from generate_series(1, 5000) as i`)
  await pool.query('analyze event')
  const rowsRead = async () => {
    // What the one connection has counted is shown to all from then on.
    await pool.query('select pg_stat_force_next_flush()')
    const { rows } = await pool.query(`select sum(seq_tup_read + idx_tup_fetch) as n from pg_stat_user_tables
      where relname like 'event\\__'`)
    return Number(rows[0].n)
  }
  const before = await rowsRead()
  expect(await nextPrediction(stores, 'other', 1000, 20)).toBe(1020)
  expect((await rowsRead()) - before).toBeLessThan(100)
})
