import { afterAll, beforeAll, expect, test } from 'vitest'
import { declareModels } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { runsSoFar } from './told.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
  await declareModels(fresh.database, 'm')
})
afterAll(() => fresh.drop())

test('a run that has ended counts as active until the loop has heard of it', async () => {
  const { kysely, pool } = fresh.database
  await pool.query(
    `insert into run (model, number, state, plan, policy, because, actor, deadline_at, queued_at)
     values ('m', 1, 'queued', '{"toWindow": 3}', 1, 'x', 'y', 9, 1)`,
  )
  expect(await runsSoFar(kysely, 'm')).toEqual({ isActive: true, made: 1, lastToWindow: 3 })
  await pool.query(`update run set state = 'failed', ended_at = 2, outcome = '{"kind": "failed", "why": "so"}'`)
  expect(await runsSoFar(kysely, 'm')).toMatchObject({ isActive: true })
  await pool.query('update run set observation = 0')
  expect(await runsSoFar(kysely, 'm')).toMatchObject({ isActive: false, made: 1 })
})
