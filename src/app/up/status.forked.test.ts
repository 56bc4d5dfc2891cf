import { afterAll, beforeAll, expect, test } from 'vitest'
import { declareModels } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { beginGathering } from '../../store/loop/lives.ts'
import { clearTrouble, noteTrouble } from '../../store/loop/troubles.ts'
import type { PolicyReader, RulingPolicy } from './policies.ts'
import { fleetStatus } from './status.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
  await declareModels(fresh.database, 'bad', 'good')
  for (const model of ['bad', 'good']) await beginGathering(fresh.database.kysely, model, 0)
  await fresh.database.pool.query('update model set policy = 1')
})
afterAll(() => fresh.drop())

const ruling = { live: { everyMs: 1000, latenessMs: 0, warmupWindows: 4, loop: { mode: 'auto' } } }
const policies = { at: async () => ruling as unknown as RulingPolicy } as unknown as PolicyReader
const shown = async () => {
  const { models } = await fleetStatus(fresh.database, policies, { now: 5 })
  return models.map(({ name, state, waitingFor }) => `${name} ${state}: ${waitingFor}`)
}

test('that a model cannot be moved on is shown to whoever asks, whichever process tried, without where its files stand', async () => {
  const waits = 'gathering: the first prediction event'
  await noteTrouble(fresh.database, { model: 'bad', why: "'/srv/keepfit/artifacts/ab12' cannot be read", now: 5 })
  expect(await shown()).toEqual(["bad stuck: it cannot be moved on: 'ab12' cannot be read", `good ${waits}`])
  await clearTrouble(fresh.database, 'bad')
  expect(await shown()).toEqual([`bad ${waits}`, `good ${waits}`])
})
