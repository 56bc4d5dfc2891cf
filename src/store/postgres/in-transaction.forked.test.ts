import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { type Database, openDatabase } from './database.ts'
import { inTransaction } from './in-transaction.ts'

let fresh: FreshDatabase
/** With one connection, so that the next user of the pool gets what the one before left. */
let database: Database
beforeAll(async () => {
  fresh = await freshDatabase()
  database = await openDatabase(fresh.url, { maxConnections: 1 })
  await database.pool.query('create table kept (n int primary key)')
})
afterAll(async () => {
  await database.close()
  await fresh.drop()
})

const numbers = async () => (await database.pool.query('select n from kept order by n')).rows.map(({ n }) => n)

test('what is done is kept, what throws leaves nothing, and the connection is as good as new', async () => {
  const answer = await inTransaction(database.pool, 'begin; select 7 as seven', async (client, begun) => {
    await client.query('insert into kept values (1)')
    return begun.at(-1)?.rows[0]?.seven
  })
  expect(answer).toBe(7)
  const broken = inTransaction(database.pool, 'begin', async (client) => {
    await client.query('insert into kept values (2)')
    await client.query('insert into kept values (1)')
  })
  await expect(broken).rejects.toMatchObject({ code: '23505' })
  expect(await numbers()).toEqual([1])
  // Outside of any transaction: at once what others see.
  await database.pool.query('insert into kept values (3)')
  expect((await fresh.database.pool.query('select count(*)::int as n from kept')).rows).toEqual([{ n: 2 }])
})

test('a connection that died on the way is replaced', async () => {
  const dead = inTransaction(database.pool, 'begin', (client) =>
    client.query('select pg_terminate_backend(pg_backend_pid())'),
  )
  await expect(dead).rejects.toThrow()
  expect(await numbers()).toEqual([1, 3])
})
