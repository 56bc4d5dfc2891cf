import { afterAll, beforeAll, expect, test } from 'vitest'
import { declareModels } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { forgetRunLogs } from './forget-run-logs.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
  await declareModels(fresh.database, 'm')
})
afterAll(() => fresh.drop())

test('the lines of runs that ended long ago go; those of younger runs and of one under way stay', async () => {
  const { pool } = fresh.database
  for (const [run, state, ended] of [
    [1, 'failed', 10],
    [2, 'failed', 20],
    [3, 'running', null],
  ] as const) {
    await pool.query(
      `insert into run (model, number, state, plan, policy, because, actor, deadline_at, queued_at, ended_at)
       values ('m', $1, $2, '{}', 1, 'x', 'x', 0, 0, $3)`,
      [run, state, ended],
    )
    await pool.query(`insert into run_log (model, run, at, stream, line) values ('m', $1, 1, 'out', 'a')`, [run])
  }
  expect(await forgetRunLogs(fresh.database, 15)).toBe(1)
  const { rows } = await pool.query('select run from run_log order by run')
  expect(rows).toEqual([{ run: 2 }, { run: 3 }])
})
