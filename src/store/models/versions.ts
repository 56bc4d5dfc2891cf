import type { Kysely, Transaction } from 'kysely'
import { assert } from '../../base/assert.ts'
import type { Instant } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import type { Version, VersionDraft } from '../../models/version.ts'
import type { Tables } from '../postgres/tables.ts'
import { rowOf, versionOfRow } from './version-rows.ts'

/** Makes sure that a model of this name is known. */
export async function ensureModel(db: Kysely<Tables>, model: string, now: Instant): Promise<void> {
  await db
    .insertInto('model')
    .values({ name: model, created_at: now, policy: null, layout: null, scale: null, schema: null })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
}

/**
 * Holds a model until the transaction ends: what gets consecutive numbers is written one after the other. Rows that only
 * refer to the model do not wait.
 * @throws Fault NOT_FOUND when there is no such model
 */
export async function holdModel(trx: Transaction<Tables>, model: string): Promise<void> {
  const found = await trx
    .selectFrom('model')
    .select('name')
    .where('name', '=', model)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (found === undefined) throw new Fault('NOT_FOUND', `no model is called '${model}'`, { model })
}

/**
 * Gives a version the next number. Of a run there is one version for ever: the same run registers it again without a
 * trace.
 * @param draft its artifact is on disk already, under its digest
 * @returns its number, from 1, without gaps
 * @throws Fault NOT_FOUND when there is no such model · CONFLICT when its run has registered another artifact
 */
export async function registerVersion(
  trx: Transaction<Tables>,
  { model, draft, now }: { readonly model: string; readonly draft: VersionDraft; readonly now: Instant },
): Promise<number> {
  const isIncreasing = draft.windows.every((window, i) => i === 0 || window > (draft.windows[i - 1] as number))
  assert(isIncreasing, 'the windows of a version increase')
  await holdModel(trx, model)
  if (draft.run !== null) {
    const earlier = await versionOfRun(trx, model, draft.run.number)
    if (earlier?.digest === draft.artifactDigest) return earlier.number
    if (earlier !== undefined) {
      throw new Fault(
        'CONFLICT',
        `run ${draft.run.number} of '${model}' has registered version ${earlier.number} already`,
      )
    }
  }
  const newest = await trx
    .selectFrom('version')
    .select(({ fn }) => fn.max('number').as('number'))
    .where('model', '=', model)
    .executeTakeFirst()
  const number = (newest?.number ?? 0) + 1
  await trx
    .insertInto('version')
    .values(rowOf(model, number, draft, now))
    .execute()
  return number
}

async function versionOfRun(trx: Transaction<Tables>, model: string, run: number) {
  return trx
    .selectFrom('version')
    .select(['number', 'artifact_digest as digest'])
    .where('model', '=', model)
    .where('run', '=', run)
    .executeTakeFirst()
}

/** One version; undefined where there is none. */
export async function findVersion(db: Kysely<Tables>, model: string, number: number): Promise<Version | undefined> {
  const row = await versions(db, model).where('version.number', '=', number).executeTakeFirst()
  return row === undefined ? undefined : versionOfRow(row)
}

/** @throws Fault NOT_FOUND when there is no such version */
export async function versionOf(db: Kysely<Tables>, model: string, number: number): Promise<Version> {
  const found = await findVersion(db, model, number)
  if (found !== undefined) return found
  throw new Fault('NOT_FOUND', `the model '${model}' has no version ${number}`, { model, version: number })
}

/** Every version of a model, the newest first; none where there is no such model. */
export async function listVersions(db: Kysely<Tables>, model: string): Promise<readonly Version[]> {
  return (await versions(db, model).orderBy('version.number', 'desc').execute()).map(versionOfRow)
}

function versions(db: Kysely<Tables>, model: string) {
  return db
    .selectFrom('version')
    .leftJoin('collected_artifact as collected', (join) =>
      join.onRef('collected.model', '=', 'version.model').onRef('collected.version', '=', 'version.number'),
    )
    .selectAll('version')
    .select('collected.collected_at')
    .where('version.model', '=', model)
}
