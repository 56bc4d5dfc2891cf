import { randomUUID } from 'node:crypto'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import { errorCode } from '../../base/error-text.ts'
import { removeDurably } from '../disk/durable-file.ts'
import type { Tables } from '../postgres/tables.ts'

export interface OrphanOptions {
  readonly now: Instant
  /** Says what would go, and takes nothing. */
  readonly isDryRun?: boolean
}

/** Files of trainings that gave no version; paths below the data folder, in their order. */
export interface Orphans {
  readonly artifacts: readonly string[]
  readonly snapshots: readonly string[]
}

/** A run that ended without a version may be looked into for so long. */
const KEPT_MS = 7 * 86_400_000
const SHARD = /^[0-9a-f]{2}$/
const DIGEST = /^[0-9a-f]{64}$/

/**
 * Takes artifacts and snapshots older than a week that no version has: of trainings that failed, were cancelled, or died
 * before they were registered. What an active run may have written is left alone, and what is put once more counts as new.
 * What belongs to a version is for `collectGarbage`; its snapshot stays for ever.
 * @param dataFolder folder of all that Keepfit keeps
 */
export async function collectOrphans(
  db: Kysely<Tables>,
  dataFolder: string,
  { now, isDryRun = false }: OrphanOptions,
): Promise<Orphans> {
  // First the files, then the database: what is registered in between is seen.
  const oldArtifacts = await oldOnes(dataFolder, await shards(dataFolder), { until: now - KEPT_MS, name: DIGEST })
  const oldSnapshots = await oldOnes(dataFolder, await snapshotHomes(dataFolder), {
    until: now - KEPT_MS,
    name: /^\w+$/,
  })
  const active = await db.selectFrom('run').select(['model', 'queued_at']).where('ended_at', 'is', null).execute()
  const until = Math.min(now - KEPT_MS, ...active.map(({ queued_at }) => queued_at))
  const held = await heldPaths(db)
  const inWork = new Set(active.map(({ model }) => model))
  const artifacts = oldArtifacts.filter((path) => !held.has(path.split('/').at(-1) as string))
  const snapshots = oldSnapshots.filter((path) => !held.has(path) && !inWork.has(path.split('/')[1] as string))
  const gone = { artifacts: [] as string[], snapshots: [] as string[] }
  for (const path of artifacts) if (await removedIfOld(dataFolder, path, { until, isDryRun })) gone.artifacts.push(path)
  for (const path of snapshots) if (await removedIfOld(dataFolder, path, { until, isDryRun })) gone.snapshots.push(path)
  return gone
}

/** Folders that hold artifacts. */
async function shards(dataFolder: string): Promise<string[]> {
  return (await namesIn(join(dataFolder, 'artifacts')))
    .filter((name) => SHARD.test(name))
    .map((name) => `artifacts/${name}`)
}

/** Folders that hold the snapshots of a model. */
async function snapshotHomes(dataFolder: string): Promise<string[]> {
  return (await namesIn(join(dataFolder, 'snapshots'))).map((name) => `snapshots/${name}`)
}

async function oldOnes(
  dataFolder: string,
  folders: readonly string[],
  { until, name: allowed }: { readonly until: Instant; readonly name: RegExp },
): Promise<string[]> {
  const found: string[] = []
  for (const folder of folders)
    for (const name of await namesIn(join(dataFolder, folder))) {
      const path = `${folder}/${name}`
      if (allowed.test(name) && (await isOld(join(dataFolder, path), until))) found.push(path)
    }
  return found.sort()
}

/** Digests of artifacts and paths of snapshots that a version has, collected or not. */
async function heldPaths(db: Kysely<Tables>): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('version').select(['artifact_digest', 'snapshot_path']).execute()
  return new Set(
    rows.flatMap(({ artifact_digest, snapshot_path }) => [artifact_digest, snapshot_path ?? artifact_digest]),
  )
}

/** Its date is asked once more: it may have been put again since. @returns whether it goes */
async function removedIfOld(
  dataFolder: string,
  path: string,
  { until, isDryRun }: { readonly until: Instant; readonly isDryRun: boolean },
): Promise<boolean> {
  const whole = join(dataFolder, path)
  if (!(await isOld(whole, until))) return false
  if (isDryRun) return true
  if (!path.startsWith('snapshots/')) {
    await removeDurably(whole)
    return true
  }
  // A folder under its own name is whole, always.
  const going = join(whole, '..', `.${randomUUID()}.part`)
  await rename(whole, going)
  await rm(going, { recursive: true, force: true })
  return true
}

async function isOld(path: string, until: Instant): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found !== null && found.mtimeMs < until
}

/** None where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  })
}
