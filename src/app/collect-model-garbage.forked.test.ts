import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/support/postgres.ts'
import { registered, served } from '../../test/support/registry.ts'
import { systemClock } from '../base/clock.ts'
import { type LoopState, startLoop } from '../loop/state.ts'
import { beginGathering } from '../store/loop/lives.ts'
import { listVersions } from '../store/models/versions.ts'
import { collectModelGarbage, pinnedVersions } from './collect-model-garbage.ts'

let fresh: FreshDatabase
let folder = ''
beforeAll(async () => {
  fresh = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'keepfit-garbage-'))
})
afterAll(async () => {
  await fresh.drop()
  await rm(folder, { recursive: true, force: true })
})

test('what is on probation, proposed, retired or being compared is pinned', () => {
  const began = startLoop(1, 0, null)
  const state: LoopState = {
    ...began,
    live: { ...began.live, version: 9 },
    retired: [7, 3],
    origins: [{ version: 8, rows: null, toWindow: 0, cutOffAt: null, trainer: null }],
    probation: { predecessor: 6, windowsLeft: 1, sum: 0, sumSquares: 0, rows: 0 },
    pending: { purpose: 'reuse', window: 1, live: 5, evidence: [] },
    proposal: [{ kind: 'serve', version: 4, window: 1, reason: 'promoted' }],
  }
  expect(pinnedVersions(state, 2)).toEqual([3, 4, 5, 6, 7, 8, 9])
})

test('of the retired ones only those are pinned that may be tried again, and always the latest', () => {
  const origin = (version: number) => ({ version, rows: null, toWindow: 0, cutOffAt: null, trainer: null })
  const began = startLoop(1, 0, null)
  const live = { ...began.live, version: 9 }
  const state: LoopState = { ...began, live, retired: [8, 6, 2, 1], origins: [9, 8, 6, 2, 1, 10].map(origin) }
  expect([0, 1, 2, 100].map((pool) => pinnedVersions(state, pool))).toEqual([
    [8, 9, 10],
    [8, 9, 10],
    [6, 8, 9, 10],
    [1, 2, 6, 8, 9, 10],
  ])
})

test('nothing is taken before the loop has begun', async () => {
  const db = fresh.database.kysely
  await registered(db, 'm', ['a', 'b', 'c', 'd'], { folder })
  await served(db, 'm', 4, 100)
  await beginGathering(db, 'm', 1)
  const clock = { now: () => systemClock.now() + 36_000_000 }
  const world = { database: fresh.database, dataFolder: folder, clock }
  expect(await collectModelGarbage(world, { model: 'm', keep: 1, reusePool: 0 })).toEqual({ versions: [], digests: [] })
  expect((await listVersions(db, 'm')).every(({ collectedAt }) => collectedAt === null)).toBe(true)
})
