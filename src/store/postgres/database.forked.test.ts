import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'

let fresh: FreshDatabase

beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(() => fresh.drop())

test('an int8 comes back as a number', async () => {
  const { rows } = await fresh.database.pool.query('select 9007199254740991::int8 as most, count(*) as n from pg_class')
  expect(rows[0]?.most).toBe(9_007_199_254_740_991)
  expect(rows[0]?.n).toBeTypeOf('number')
})
