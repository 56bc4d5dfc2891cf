import { afterAll, beforeAll, expect, test } from 'vitest'
import { declareModels, NOW } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import type { Turn } from '../../live/turn.ts'
import { commitTurn, type TurnEffects } from './commit-turn.ts'
import { beginGathering } from './lives.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
  await declareModels(fresh.database, 'm', 'other')
  for (const model of ['m', 'other']) await beginGathering(fresh.database.kysely, model, NOW)
})
afterAll(() => fresh.drop())

const never = async () => {
  throw new Error('a turn that only cuts a window has no such effect')
}
const NO_EFFECTS: TurnEffects = { startRun: never, serve: never, announce: never, audit: never }

/** A turn that cuts window 0, worked out from a revision. */
const turn = (revision: number, rows: number): Turn => ({
  model: 'm',
  revision,
  now: NOW,
  policy: 1,
  cursor: { nextWindow: 1, nextMatured: 0, nextObservation: 1, closedTo: 10 },
  life: null,
  windows: [{ number: 0, start: 0, end: 10, rows }],
  observation: null,
  decisions: [],
  effects: [],
  heard: {},
})
const kept = async () => {
  const { rows } = await fresh.database.pool.query(
    'select l.model, l.revision, w.rows from loop_state l left join stream_window w on w.model = l.model order by 1',
  )
  return rows
}

test('of schedulers that worked out the same step at a time one writes it, and nothing of the others is written', async () => {
  const steps = [3, 4, 5, 6].map((rows) => commitTurn(fresh.database, turn(1, rows), NO_EFFECTS))
  const done = await Promise.all(steps)
  expect(done.filter(Boolean)).toHaveLength(1)
  const others = { model: 'other', revision: 1, rows: null }
  expect(await kept()).toEqual([{ model: 'm', revision: 2, rows: 3 + done.indexOf(true) }, others])
})

test('who comes too late is told so, and who read the newest revision tells of the window anew', async () => {
  expect(await commitTurn(fresh.database, turn(1, 9), NO_EFFECTS)).toBe(false)
  expect(await commitTurn(fresh.database, turn(2, 7), NO_EFFECTS)).toBe(true)
  expect((await kept())[0]).toEqual({ model: 'm', revision: 3, rows: 7 })
})
