import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(() => fresh.drop())

test('a connection that breaks while it is held fails its query and nothing else', async () => {
  const { pool } = fresh.database
  const held = await pool.connect()
  const { rows } = await held.query<{ pid: number }>('select pg_backend_pid() as pid')
  const asked = held.query('select pg_sleep(30)').catch((error: Error) => error.message)
  await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
  expect(await asked).toMatch(/terminat/)
  held.release(true)
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})
