import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { draftOf, inTransaction, registered } from '../../../test/support/registry.ts'
import { systemClock } from '../../base/clock.ts'
import { putArtifact } from '../artifacts/artifact-files.ts'
import { collectOrphans } from './orphans.ts'
import { registerVersion } from './versions.ts'

const DAY = 86_400_000
const NOW = systemClock.now()
let fresh: FreshDatabase
let folder = ''
const db = () => fresh.database.kysely
beforeEach(async () => {
  fresh = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'keepfit-orphans-'))
})
afterEach(async () => {
  await fresh.drop()
  await rm(folder, { recursive: true, force: true })
})

async function aged(path: string, days: number): Promise<string> {
  const at = (NOW - days * DAY) / 1000
  await utimes(join(folder, path), at, at)
  return path
}

async function artifact(seed: string, days: number): Promise<string> {
  const digest = await putArtifact(folder, new TextEncoder().encode(seed))
  return aged(`artifacts/${digest.slice(0, 2)}/${digest}`, days)
}

async function snapshot(model: string, name: string, days: number): Promise<string> {
  const path = `snapshots/${model}/${name}`
  await mkdir(join(folder, path), { recursive: true })
  await writeFile(join(folder, path, 'train.parquet'), name)
  return aged(path, days)
}

const isThere = (path: string) => stat(join(folder, path)).then(Boolean, () => false)
const collect = (isDryRun = false) => collectOrphans(db(), folder, { now: NOW, isDryRun })

async function run(model: string, number: number, queuedDays: number, isActive: boolean): Promise<void> {
  const queued_at = Math.round(NOW - queuedDays * DAY)
  const ended = isActive ? {} : { ended_at: queued_at + 1, outcome: JSON.stringify({ kind: 'failed', why: 'x' }) }
  const about = { model, number, policy: 1, champion: null, because: 'x', actor: 'ann', plan: JSON.stringify({}) }
  const state = isActive ? 'running' : 'failed'
  await db()
    .insertInto('run')
    .values({ ...about, ...ended, state, queued_at, deadline_at: NOW + DAY })
    .execute()
}

test('what no version has goes after a week; what a version has stays, collected or not', async () => {
  await registered(db(), 'm', ['kept', 'collected'], { folder })
  await artifact('kept', 400)
  await artifact('collected', 400)
  await db().insertInto('collected_artifact').values({ model: 'm', version: 2, collected_at: 1 }).execute()
  const orphan = await artifact('orphan', 8)
  const young = await artifact('young', 6)
  const held = await snapshot('m', 'aa11', 400)
  const draft = draftOf('kept', { snapshot: { md5: 'aa11.dir', path: held } })
  await inTransaction(db(), (trx) => registerVersion(trx, { model: 'm', draft, now: 1 }))
  const lost = await snapshot('m', 'bb22', 8)
  const fresh = await snapshot('m', 'cc33', 6)
  const expected = { artifacts: [orphan], snapshots: [lost] }
  expect(await collect(true)).toEqual(expected)
  expect([await isThere(orphan), await isThere(lost)]).toEqual([true, true])
  expect(await collect()).toEqual(expected)
  expect(await Promise.all([orphan, lost].map(isThere))).toEqual([false, false])
  const staying = [await artifact('kept', 400), await artifact('collected', 400), young, held, fresh]
  expect(await Promise.all(staying.map(isThere))).toEqual(staying.map(() => true))
  expect(await collect()).toEqual({ artifacts: [], snapshots: [] })
})

test('what a run that is not over may still want stays until it is over', async () => {
  await registered(db(), 'm', [])
  await registered(db(), 'other', [])
  await run('m', 1, 30, false)
  await run('m', 2, 20, true)
  const [before, since] = [await artifact('before', 21), await artifact('since', 19)]
  const [mine, theirs] = [await snapshot('m', 'aa11', 40), await snapshot('other', 'aa11', 40)]
  expect(await collect()).toEqual({ artifacts: [before], snapshots: [theirs] })
  expect(await Promise.all([since, mine].map(isThere))).toEqual([true, true])
  await db().updateTable('run').set({ state: 'failed', ended_at: NOW }).where('number', '=', 2).execute()
  expect(await collect()).toEqual({ artifacts: [since], snapshots: [mine] })
})

test('what is not of Keepfit stays', async () => {
  await mkdir(join(folder, 'artifacts', 'ab'), { recursive: true })
  await mkdir(join(folder, 'artifacts', 'lost+found'), { recursive: true })
  const notes = ['artifacts/ab/notes.txt', 'artifacts/lost+found/x', 'artifacts/README']
  for (const path of notes) await writeFile(join(folder, path), 'x').then(() => aged(path, 30))
  expect(await collect()).toEqual({ artifacts: [], snapshots: [] })
  expect(await Promise.all(notes.map(isThere))).toEqual([true, true, true])
})

test('a folder without any of it is fine', async () => {
  expect(await collect()).toEqual({ artifacts: [], snapshots: [] })
})
