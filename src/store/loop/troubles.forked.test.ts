import { afterAll, beforeAll, expect, test } from 'vitest'
import { declareModels } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { lookedAfter } from './due-models.ts'
import { fleetRows } from './fleet-rows.ts'
import { clearTrouble, noteTrouble } from './troubles.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
  await declareModels(fresh.database, 'a', 'b')
  const { pool } = fresh.database
  await pool.query(`update model set policy = 1`)
  await pool.query(
    `insert into loop_state (model, revision, phase, updated_at) select name, 1, 'gathering', 0 from model`,
  )
})
afterAll(() => fresh.drop())

const seen = async () => ({
  why: (await fleetRows(fresh.database)).map(({ trouble }) => trouble),
  isTroubled: Object.fromEntries((await lookedAfter(fresh.database)).map((one) => [one.model, one.isTroubled])),
})

test('a trouble is seen by every process until it is cleared: its newest reason, and since when', async () => {
  const { database } = fresh
  expect(await seen()).toEqual({ why: [null, null], isTroubled: { a: false, b: false } })
  await noteTrouble(database, { model: 'b', why: 'its rows\u0000 cannot be read', now: 5 })
  await noteTrouble(database, { model: 'b', why: 'its artifact is gone', now: 9 })
  expect(await seen()).toEqual({ why: [null, 'its artifact is gone'], isTroubled: { a: false, b: true } })
  const { rows } = await database.pool.query('select * from trouble')
  expect(rows).toEqual([{ model: 'b', why: 'its artifact is gone', since: 5, newest_at: 9, tries: 2 }])
  await clearTrouble(database, 'a')
  await clearTrouble(database, 'b')
  expect(await seen()).toEqual({ why: [null, null], isTroubled: { a: false, b: false } })
})

test('a reason may hold any character', async () => {
  await noteTrouble(fresh.database, { model: 'a', why: 'x\u0000y', now: 1 })
  expect((await seen()).why).toEqual(['x\ufffdy', null])
})
