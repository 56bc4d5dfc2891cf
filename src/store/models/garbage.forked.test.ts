import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { draftOf, inTransaction, registered, served } from '../../../test/support/registry.ts'
import { systemClock } from '../../base/clock.ts'
import { artifactPutAt, removeArtifact } from '../artifacts/artifact-files.ts'
import { deleteAlias, listAliases, setAlias } from './aliases.ts'
import { listModels, modelCalled } from './fleet.ts'
import { collectGarbage, type GarbageOptions } from './garbage.ts'
import { modelViolations } from './invariants.ts'
import { registerVersion, versionOf } from './versions.ts'

let fresh: FreshDatabase
let folder = ''
const db = () => fresh.database.kysely
/** Long after all files were put. */
const LATER = systemClock.now() + 10 * 3_600_000
beforeEach(async () => {
  fresh = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'keepfit-garbage-'))
})
afterEach(async () => {
  await fresh.drop()
  await rm(folder, { recursive: true, force: true })
})
const SEEDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const digestOf = (seed: string) => draftOf(seed).artifactDigest
const collect = (more: Partial<GarbageOptions> = {}) =>
  collectGarbage(db(), folder, { model: 'm', keep: 1, pinned: [], now: LATER, ...more })
const isThere = async (seed: string) => (await artifactPutAt(folder, digestOf(seed))) !== null

/** Eight versions; 5 answers, 3 answered before. */
async function stage(): Promise<void> {
  await registered(db(), 'm', SEEDS, { folder })
  for (const [i, version] of [1, 3, 5].entries()) await served(db(), 'm', version, 100 * (i + 1))
}

test('the champion, the rollback target, the pinned, the named and the newest stay; nothing else does', async () => {
  await stage()
  await setAlias(db(), { model: 'm', name: 'audit', version: 2, actor: 'ada', now: 1 })
  const expected = { versions: [1, 6, 7], digests: ['a', 'f', 'g'].map(digestOf).sort() }
  expect(await collect({ pinned: [4], isDryRun: true })).toEqual(expected)
  expect(await isThere('a')).toBe(true)
  expect((await versionOf(db(), 'm', 1)).collectedAt).toBeNull()
  expect(await collect({ pinned: [4] })).toEqual(expected)
  expect(await Promise.all(SEEDS.map(isThere))).toEqual([false, true, true, true, true, false, false, true])
  expect((await versionOf(db(), 'm', 1)).collectedAt).toBe(LATER)
  expect(await modelViolations(db(), folder)).toEqual([])
  await expect(served(db(), 'm', 6, 900)).rejects.toMatchObject({ code: 'CONFLICT' })
})

test('a second run takes nothing more', async () => {
  await stage()
  await collect()
  expect(await collect()).toEqual({ versions: [], digests: [] })
})

test('more of the newest stay when more are to be kept', async () => {
  await stage()
  expect((await collect({ keep: 3 })).versions).toEqual([1, 2, 4])
  expect((await collect({ keep: 100 })).versions).toEqual([])
})

test('an artifact that another version has stays, also one of another model', async () => {
  await registered(db(), 'm', ['same', 'same', 'theirs', 'own', 'last'], { folder })
  await registered(db(), 'other', ['theirs'], { folder })
  await served(db(), 'm', 2, 100)
  expect(await collect()).toEqual({ versions: [1, 3, 4], digests: [digestOf('own')] })
  expect(await modelViolations(db(), folder)).toEqual([])
})

test('an artifact that was put a moment ago stays: its version may be on its way', async () => {
  await stage()
  const { versions, digests } = await collect({ now: systemClock.now() })
  expect([versions.length, digests]).toEqual([5, []])
  const again = inTransaction(db(), (trx) => registerVersion(trx, { model: 'm', draft: draftOf('a'), now: 1 }))
  expect(await again).toBe(9)
  const later = await collect({ now: LATER })
  expect(later.digests).not.toContain(digestOf('a'))
  expect(await isThere('a')).toBe(true)
})

test('files that a killed collection left are removed by the next', async () => {
  await stage()
  const values = { model: 'm', version: 1, collected_at: 1 }
  await db().insertInto('collected_artifact').values(values).execute()
  expect(await collect()).toMatchObject({ digests: expect.arrayContaining([digestOf('a')]) })
  expect(await isThere('a')).toBe(false)
})

test('a collection that forgot what it must keep is seen by the invariants', async () => {
  await stage()
  await db().insertInto('collected_artifact').values({ model: 'm', version: 3, collected_at: 1 }).execute()
  await removeArtifact(folder, digestOf('c'))
  expect(await modelViolations(db(), folder)).toEqual([
    'm: the artifact of the rollback target, version 3, was collected as garbage',
  ])
})

test('a name points to one version, may be moved and taken away', async () => {
  await stage()
  const alias = { model: 'm', name: 'audit', actor: 'ada', now: 1 }
  await setAlias(db(), { ...alias, version: 2 })
  await setAlias(db(), { ...alias, version: 4, now: 2 })
  expect(await listAliases(db(), 'm')).toEqual([{ name: 'audit', version: 4, setAt: 2, actor: 'ada' }])
  await expect(setAlias(db(), { ...alias, version: 99 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await deleteAlias(db(), 'm', 'audit')).toBe(true)
  expect(await deleteAlias(db(), 'm', 'audit')).toBe(false)
})

test('the fleet tells of each model what answers', async () => {
  await stage()
  await registered(db(), 'a-new-one', [])
  expect(await listModels(db())).toMatchObject([
    { name: 'a-new-one', versions: 0, champion: null, activeRun: null, phase: null, schema: null },
    { name: 'm', versions: 8, champion: { version: 5, since: 300, reason: 'promoted' } },
  ])
  expect(await modelCalled(db(), 'm')).toMatchObject({ versions: 8 })
  await expect(modelCalled(db(), 'nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
