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
  fresh = await freshDatabase()
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
