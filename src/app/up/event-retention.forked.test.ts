import { afterAll, beforeAll, expect, test } from 'vitest'
import { declareModels } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { startLoop } from '../../loop/state.ts'
import { serialised } from '../../store/loop/serialised.ts'
import { liveSettingsOf } from '../config/live.ts'
import { ModelSettings } from '../config/schema.ts'
import { eventRetention } from './event-retention.ts'
import type { PolicyReader } from './policies.ts'

const DAY = 86_400_000
let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
  await declareModels(fresh.database, 'living', 'gathering', 'unasked', 'bare')
  const { kysely, pool } = fresh.database
  const row = { revision: 1, closed_to: 100 * DAY, updated_at: 0, next_window: 100, next_matured: 98 }
  const state = JSON.stringify(startLoop(1, 97, 0))
  for (const model of ['living', 'unasked', 'bare'])
    await kysely
      .insertInto('loop_state')
      .values({ ...row, model, phase: 'living', state, watch: serialised({ policy: 1, state: {} }) })
      .execute()
  await kysely
    .insertInto('loop_state')
    .values({ ...row, model: 'gathering', phase: 'gathering', state: null, watch: null })
    .execute()
  for (const model of ['living', 'gathering', 'unasked', 'bare'])
    await pool.query(
      `insert into stream_window (model, number, start_at, end_at, rows, closed_at)
       select $1, i, i * $2::int8, (i + 1) * $2::int8, 10, 0 from generate_series(0, 99) as i`,
      [model, DAY],
    )
})
afterAll(() => fresh.drop())

const settings = (more: object) =>
  ModelSettings.parse({
    label: { column: 'y' },
    time: 't',
    windows: { every: '1d' },
    data: { strategy: 'rolling', windows: 10 },
    ...more,
  })

const policies = (more: object): PolicyReader => ({
  newest: async (model) => {
    if (model === 'bare') throw new Error('no policy')
    const parsed = settings(model === 'unasked' ? {} : more)
    return { number: 1, settings: parsed, live: liveSettingsOf(model, parsed, 1) }
  },
  at: () => Promise.reject(new Error('not asked')),
})

let versions = 0

/** The live version from now on. @returns its number */
async function versionThatLearned(windows: readonly number[], retired: readonly number[] = []): Promise<number> {
  const { pool } = fresh.database
  versions += 1
  const state = JSON.stringify({ ...startLoop(versions, 97, 0), retired })
  await pool.query(`update loop_state set state = $1 where model = 'living'`, [state])
  await pool.query(
    `insert into version (model, number, origin, artifact_digest, artifact_bytes, created_at, windows, trainer, parameters,
       metrics, verdicts, notes, code_version)
     values ('living', $2, 'adopted', repeat('a', 64), 1, 0, $1, '{}', '{}', '{}', '[]', '[]', 'x')`,
    [windows, versions],
  )
  return versions
}

test('only a living model that says so forgets, and nothing that its trainings may read', async () => {
  await versionThatLearned([90, 91])
  const found = await eventRetention(fresh.database, policies({ keepEvents: { age: '400d', gb: 2 } }))
  // 98 matured − 2 held out − 2 on probation − 20 spare − 10 of the rolling span, and a day's margin.
  expect([...found]).toEqual([['living', { maxAgeMs: 400 * DAY, maxBytes: 2e9, keepFrom: (64 - 1) * DAY }]])
})

test('what the live version learned from is kept, however old', async () => {
  await versionThatLearned([30, 31])
  const found = await eventRetention(fresh.database, policies({ keepEvents: { age: '1d' } }))
  expect(found.get('living')).toEqual({ maxAgeMs: DAY, maxBytes: null, keepFrom: 29 * DAY })
})

test('what a retired version learned from is kept as long as that version can answer', async () => {
  const old = await versionThatLearned([20, 21])
  const younger = await versionThatLearned([40, 41])
  await versionThatLearned([90, 91], [younger, old])
  const keepFrom = async () =>
    (await eventRetention(fresh.database, policies({ keepEvents: { age: '1d' }, reusePool: 0 }))).get('living')
      ?.keepFrom
  expect(await keepFrom()).toBe(19 * DAY)
  const collected = { model: 'living', version: old, collected_at: 1 }
  await fresh.database.kysely.insertInto('collected_artifact').values(collected).execute()
  expect(await keepFrom()).toBe(39 * DAY)
})

test('a model that learns from everything keeps everything', async () => {
  await versionThatLearned([90])
  const all = policies({ keepEvents: { age: '1d' }, data: { strategy: 'full' } })
  expect((await eventRetention(fresh.database, all)).get('living')?.keepFrom).toBe(-DAY)
})
