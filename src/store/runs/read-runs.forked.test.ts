import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { declareModels } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { listRuns, newestRuns, type RunKey, type RunSummary } from './read-runs.ts'

/** Model, number, when it was queued: newest first, as a list of all models has them. */
const NEWEST_FIRST = [
  ['b', 4, 50],
  ['a', 3, 40],
  // Of one instant.
  ['a', 2, 30],
  ['b', 3, 30],
  ['b', 2, 30],
  ['c', 9, 30],
  ['a', 1, 20],
  ['c', 8, 10],
  ['b', 1, 10],
] as const

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
  await declareModels(fresh.database, 'a', 'b', 'c')
  for (const [model, number, at] of [...NEWEST_FIRST].reverse())
    await fresh.database.pool.query(
      `insert into run (model, number, state, plan, policy, because, actor, deadline_at, queued_at, ended_at)
       values ($1, $2, 'failed', '{}', 1, 'x', 'x', 0, $3, $3)`,
      [model, number, at],
    )
})
afterAll(() => fresh.drop())

const named = (runs: readonly RunSummary[]) => runs.map(({ model, number }) => `${model}/${number}`)

/** All pages one after the other, each asked for by the last run of the one before. */
async function paged(limit: number): Promise<string[]> {
  const all: string[] = []
  for (let before: RunKey | undefined; ; ) {
    const page = await newestRuns(fresh.database.kysely, { limit, before })
    all.push(...named(page))
    before = page.at(-1)
    if (before === undefined) return all
  }
}

describe('runs of all models', () => {
  const expected = ['b/4', 'a/3', 'a/2', 'b/3', 'b/2', 'c/9', 'a/1', 'b/1', 'c/8']

  test.each([1, 2, 3, 4, 100])('come each once and in one order, in pages of %i', async (limit) => {
    expect(await paged(limit)).toEqual(expected)
  })

  test('after one that there is not are refused, not given from the start', async () => {
    const asked = newestRuns(fresh.database.kysely, { limit: 5, before: { model: 'a', number: 77 } })
    await expect(asked).rejects.toMatchObject({ code: 'NOT_FOUND', message: "the model 'a' has no run 77" })
  })
})

test('runs of one model come newest first, and only its own', async () => {
  const { kysely } = fresh.database
  expect(named(await listRuns(kysely, 'b', { limit: 3 }))).toEqual(['b/4', 'b/3', 'b/2'])
  expect(named(await listRuns(kysely, 'b', { limit: 3, before: 3 }))).toEqual(['b/2', 'b/1'])
})

// The last one: runs are never removed.
test('pages of runs of all models stay while newer runs begin', async () => {
  const { pool, kysely } = fresh.database
  const before = { model: 'b', number: 3 }
  const was = named(await newestRuns(kysely, { limit: 2, before }))
  await pool.query(
    `insert into run (model, number, state, plan, policy, because, actor, deadline_at, queued_at)
     values ('a', 4, 'queued', '{}', 1, 'x', 'x', 0, 60)`,
  )
  expect(named(await newestRuns(kysely, { limit: 2, before }))).toEqual(was)
})
