import { afterAll, beforeAll, expect, test } from 'vitest'
import { declareModels } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { figuresReader } from './figures.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
  await declareModels(fresh.database, 'churn', 'quiet')
  await ask(`insert into loop_state (model, revision, phase, next_window, next_matured, closed_to, updated_at)
             values ('churn', 1, 'living', 12, 10, 60, 0), ('quiet', 1, 'gathering', 0, 0, null, 0)`)
  await ask(`insert into stream (model, newest_seq, newest_time, expired_halves) values ('churn', 5, 90, 3)`)
  await ask(`insert into observation (model, seq, at, policy, body) values ('churn', 1, 0, 1, '{}')`)
})
afterAll(() => fresh.drop())

async function ask(statement: string): Promise<void> {
  await fresh.database.pool.query(statement)
}

const decide = (seq: number, kind: string) =>
  ask(`insert into decision (model, seq, observation, at, policy, kind, record)
       values ('churn', ${seq}, 1, 0, 1, '${kind}', '{}')`)

const run = (number: number, state: string, ended: number | null) =>
  ask(`insert into run (model, number, state, plan, policy, because, actor, deadline_at, queued_at, ended_at)
       values ('churn', ${number}, '${state}', '{}', 1, 'x', 'x', 0, 0, ${ended})`)

const message = (id: string, delivered: number | null, givenUp: number | null) =>
  ask(`insert into outbox (message_id, event, target, body, written_at, due_at, delivered_at, given_up_at)
       values ('${id}', 'promoted', 't', '{}', 0, 0, ${delivered}, ${givenUp})`)

const half = (id: string) =>
  ask(
    `insert into event_half (model, id, side, time, received_at, body) values ('churn', '${id}', 'request', 0, 0, '')`,
  )

test('what happened is told as it is, and what is settled is counted once only', async () => {
  const read = figuresReader(fresh.database)
  await decide(1, 'keep')
  await decide(2, 'keep')
  await decide(3, 'retrain')
  await run(1, 'trained', 5)
  await run(2, 'failed', 6)
  await run(3, 'running', null)
  await message('m1', null, null)
  await message('m2', 5, null)
  await message('m3', null, 6)
  await message('m4', null, null)
  await half('h1')
  await half('h2')
  const churn = { model: 'churn', windowsClosed: 12, windowsMatured: 10, newestTime: 90, closedTo: 60 }
  const quiet = { model: 'quiet', windowsClosed: 0, windowsMatured: 0, newestTime: null, closedTo: null }
  const first = {
    models: [
      { ...churn, halvesWaiting: 2, halvesExpired: 3 },
      { ...quiet, halvesWaiting: 0, halvesExpired: 0 },
    ],
    runs: expect.toSatisfy(sameAs({ trained: 1, failed: 1, running: 1 })),
    decisions: expect.toSatisfy(sameAs({ keep: 2, retrain: 1 })),
    outboxWaiting: 2,
    outboxGivenUp: 1,
  }
  // Two scrapes at a time, and one after: none counts what another has counted.
  expect(await Promise.all([read(), read()])).toEqual([first, first])
  expect(await read()).toEqual(first)

  // What was counted is not read again: it may be gone, by the hand of one who switched the guards off.
  for (const table of ['decision', 'run']) await ask(`alter table ${table} disable trigger all`)
  await ask('delete from decision where seq = 1')
  await ask('delete from run where number = 1')
  for (const table of ['decision', 'run']) await ask(`alter table ${table} enable trigger all`)
  await decide(4, 'keep')
  await decide(5, 'promote')
  await ask(`update run set state = 'trained', ended_at = 7 where number = 3`)
  await run(4, 'queued', null)
  expect(await read()).toMatchObject({
    runs: expect.toSatisfy(sameAs({ trained: 2, failed: 1, queued: 1 })),
    decisions: expect.toSatisfy(sameAs({ keep: 3, retrain: 1, promote: 1 })),
  })

  // Whoever begins anew counts what is there.
  expect(await figuresReader(fresh.database)()).toMatchObject({
    runs: expect.toSatisfy(sameAs({ trained: 1, failed: 1, queued: 1 })),
    decisions: expect.toSatisfy(sameAs({ keep: 2, retrain: 1, promote: 1 })),
  })
})

/** Whether a list of counts says just this of `churn`, and nothing of others. */
function sameAs(counts: Readonly<Record<string, number>>) {
  return (list: readonly { model: string; state?: string; kind?: string; count: number }[]) => {
    const said = list.map(({ model, state, kind, count }) => `${model} ${state ?? kind} ${count}`)
    expect(said.sort()).toEqual(
      Object.entries(counts)
        .map(([name, count]) => `churn ${name} ${count}`)
        .sort(),
    )
    return true
  }
}

test('of waiting halves no more than a hundred thousand are counted', async () => {
  await ask(`insert into event_half (model, id, side, time, received_at, body)
             select 'quiet', 'h' || i, 'request', 0, 0, '' from generate_series(1, 100001) as i`)
  const { models } = await figuresReader(fresh.database)()
  expect(models.map(({ halvesWaiting }) => halvesWaiting)).toEqual([2, 100_000])
})
