import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { draftOf, registered, served } from '../../../test/support/registry.ts'
import { removeArtifact } from '../artifacts/artifact-files.ts'
import type { Tables } from '../postgres/tables.ts'
import { modelViolations } from './invariants.ts'

let fresh: FreshDatabase
let folder = ''
const db = (): Kysely<Tables> => fresh.database.kysely
beforeEach(async () => {
  fresh = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'keepfit-invariants-'))
  await registered(db(), 'm', ['a', 'b', 'c'], { folder })
  await served(db(), 'm', 1, 100)
  await served(db(), 'm', 2, 200)
})
afterEach(async () => {
  await fresh.drop()
  await rm(folder, { recursive: true, force: true })
})
const violations = () => modelViolations(db(), folder)
const withoutTriggers = (text: string) =>
  sql.raw(`alter table serving disable trigger all; alter table version disable trigger all; ${text}`).execute(db())
const openAgain = `insert into serving values ('m', 3, 3, 300, null, null, 'promoted', null, 'x', 'x')`

test('a life as it should be has none, nor has a model without versions', async () => {
  await registered(db(), 'empty', [])
  expect(await violations()).toEqual([])
})

test('a second champion is refused by the database, and seen where the index was dropped', async () => {
  await expect(sql.raw(openAgain).execute(db())).rejects.toThrow('one_champion')
  await sql.raw(`drop index one_champion; ${openAgain}`).execute(db())
  expect((await violations())[0]).toBe('m: it has 2 champions: versions 2, 3')
})

test('a champion that is lost is seen', async () => {
  await sql.raw(`update serving set to_at = 300 where number = 2`).execute(db())
  expect(await violations()).toEqual(['m: it had a champion, and has none now'])
})

test('a gap in history is seen, and so is a closed stretch that was moved', async () => {
  await withoutTriggers(`update serving set to_at = 150 where number = 1`)
  expect(await violations()).toEqual(['m: stretch 2 of its history begins at 200; the last ended at 150'])
})

test('a number twice and a missing number are seen', async () => {
  await withoutTriggers(
    `alter table version drop constraint version_pkey cascade; update version set number = 2 where number = 1`,
  )
  const said = await violations()
  expect(said).toContain('m: version 2 stands where version 1 belongs')
  expect(said).toContain('m: version 1 answered, but is not kept')
})

test('a run that registered twice is seen', async () => {
  await withoutTriggers(
    `alter table version drop constraint version_model_run_key; update version set run = 1, epoch = 1`,
  )
  expect(await violations()).toEqual(['m: run 1 registered two versions', 'm: run 1 registered two versions'])
})

test('a flipped byte, a lost file and a wrong size are seen', async () => {
  const { artifactDigest: a } = draftOf('a')
  const { artifactDigest: b } = draftOf('b')
  await writeFile(join(folder, 'artifacts', a.slice(0, 2), a), 'x')
  await removeArtifact(folder, b)
  await withoutTriggers(`update version set artifact_bytes = 99 where number = 3`)
  const said = await violations()
  expect(said).toHaveLength(3)
  expect(said.join('\n')).toMatch(
    /version 3 has 1 bytes; 99.*\n.*version 2 is ready, but there is no.*\n.*version 1 is ready, but.*damaged/,
  )
})

test('a rollback target that was collected is seen; any other version may be', async () => {
  const collect = (version: number) =>
    db().insertInto('collected_artifact').values({ model: 'm', version, collected_at: 1 }).execute()
  await collect(3)
  expect(await violations()).toEqual([])
  await collect(1)
  expect(await violations()).toEqual(['m: the artifact of the rollback target, version 1, was collected as garbage'])
})
