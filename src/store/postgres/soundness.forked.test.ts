import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { soundnessOf } from './soundness.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(() => fresh.drop())

test('a look at a database counts what waits and what was given up, and who is alive', async () => {
  const { database } = fresh
  const before = await soundnessOf(database)
  expect(before).toMatchObject({ missing: [], unknown: [] })
  expect(before.system).toEqual({ orphans: [], unfinished: 0, outboxWaiting: 0, outboxGivenUp: 0, processes: [] })
  const message = (id: string, delivered: number | null, givenUp: number | null) =>
    `('${id}', 'promoted', 'x', '{}', 1, 1, ${delivered}, ${givenUp})`
  await database.pool.query(
    `insert into outbox (message_id, event, target, body, written_at, due_at, delivered_at, given_up_at)
     values ${[message('a', null, null), message('b', null, 5), message('c', 5, null), message('d', null, 6)].join(',')}`,
  )
  const seconds = (ago: number) => `(extract(epoch from clock_timestamp()) * 1000)::bigint - ${ago * 1000}`
  await database.pool.query(
    `insert into process (id, pid, host, roles, started_at, heartbeat_at)
     values ('a', 7, 'here', '{api,worker}', 1, ${seconds(1)}), ('b', 8, 'here', '{api}', 1, ${seconds(120)})`,
  )
  const { system } = await soundnessOf(database)
  expect(system).toMatchObject({ outboxWaiting: 1, outboxGivenUp: 2 })
  expect(system?.processes).toEqual([{ host: 'here', pid: 7, roles: ['api', 'worker'] }])
  await database.pool.query(`delete from keepfit_migration where name like '0005%'`)
  await database.pool.query(`insert into keepfit_migration values ('9999-newer', '')`)
  expect(await soundnessOf(database)).toMatchObject({ missing: ['0005-outbox'], unknown: ['9999-newer'], system: null })
})
