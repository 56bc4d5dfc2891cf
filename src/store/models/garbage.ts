import type { Kysely } from 'kysely'
import { assert } from '../../base/assert.ts'
import type { Instant } from '../../base/clock.ts'
import { artifactPutAt, removeArtifact } from '../artifacts/artifact-files.ts'
import type { Tables } from '../postgres/tables.ts'
import { listAliases } from './aliases.ts'
import { artifactHolders } from './artifact-holders.ts'
import { championOf, previousChampion } from './serving.ts'
import { holdModel, listVersions } from './versions.ts'

export interface GarbageOptions {
  readonly model: string
  /** So many of the newest versions stay. Count, ≥ 1. */
  readonly keep: number
  /** Versions that the loop may still want: on probation, proposed, retired and to be reused. */
  readonly pinned: readonly number[]
  readonly now: Instant
  /** Says what would go, and takes nothing. */
  readonly isDryRun?: boolean
}

export interface Garbage {
  /** Versions whose artifact goes, increasing. The versions themselves stay for ever. */
  readonly versions: readonly number[]
  /** Files that are gone: fewer, where versions share one. */
  readonly digests: readonly string[]
}

/** A file that was put so lately may belong to a version that is just being registered. */
const FRESH_MS = 3_600_000

/**
 * Takes the artifacts of versions that nobody will want again. It never takes the champion, the version that a rollback
 * goes back to, those that the loop has pinned or that have an alias, and the newest. Running it twice takes nothing more;
 * where it died in between, the next run removes the files that it left.
 */
export async function collectGarbage(
  db: Kysely<Tables>,
  dataFolder: string,
  options: GarbageOptions,
): Promise<Garbage> {
  assert(options.keep >= 1, 'garbage collection keeps a version at least')
  const { versions, files } = await chosen(db, options)
  const digests: string[] = []
  for (const digest of files) {
    const putAt = await artifactPutAt(dataFolder, digest)
    if (putAt === null || putAt > options.now - FRESH_MS) continue
    if (options.isDryRun !== true) await removeArtifact(dataFolder, digest)
    digests.push(digest)
  }
  return { versions, digests }
}

/** Marks the versions first: from then on nobody lets them answer, and then their files may go. */
function chosen(db: Kysely<Tables>, { model, keep, pinned, now, isDryRun = false }: GarbageOptions) {
  return db.transaction().execute(async (trx) => {
    // Nothing is registered and no champion changes meanwhile.
    await holdModel(trx, model)
    const all = await listVersions(trx, model)
    const wanted = new Set([
      ...pinned,
      ...all.slice(0, keep).map(({ number }) => number),
      ...(await listAliases(trx, model)).map(({ version }) => version),
    ])
    for (const number of [(await championOf(trx, model))?.version, await previousChampion(trx, model)])
      if (number !== undefined) wanted.add(number)
    const going = all.filter(({ number, collectedAt }) => collectedAt === null && !wanted.has(number)).reverse()
    if (!isDryRun && going.length > 0) {
      const rows = going.map(({ number }) => ({ model, version: number, collected_at: now }))
      await trx.insertInto('collected_artifact').values(rows).execute()
    }
    const gone = [...all.filter(({ collectedAt }) => collectedAt !== null), ...going]
    const files: string[] = []
    for (const digest of new Set(gone.map(({ artifactDigest }) => artifactDigest)))
      if (!(await isWanted(trx, digest, isDryRun ? { model, going } : null))) files.push(digest)
    return { versions: going.map(({ number }) => number), files: files.sort() }
  })
}

interface Going {
  readonly model: string
  readonly going: readonly { readonly number: number }[]
}

/** Whether a version of any model has this artifact, apart from those that only would go. */
async function isWanted(db: Kysely<Tables>, digest: string, except: Going | null): Promise<boolean> {
  const isGoing = (model: string, number: number) =>
    except !== null && model === except.model && except.going.some((one) => one.number === number)
  return (await artifactHolders(db, digest)).some(({ model, number }) => !isGoing(model, number))
}
