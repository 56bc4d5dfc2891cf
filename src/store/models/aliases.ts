import type { Kysely } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import type { Alias } from '../../models/version.ts'
import type { Tables } from '../postgres/tables.ts'
import { versionOf } from './versions.ts'

/** Lets a name point to a version, wherever it pointed before. @throws Fault NOT_FOUND when there is no such version */
export async function setAlias(
  db: Kysely<Tables>,
  { model, name, version, actor, now }: Omit<Alias, 'setAt'> & { readonly model: string; readonly now: Instant },
): Promise<void> {
  await versionOf(db, model, version)
  await db
    .insertInto('alias')
    .values({ model, name, version, set_at: now, actor })
    .onConflict((conflict) => conflict.columns(['model', 'name']).doUpdateSet({ version, set_at: now, actor }))
    .execute()
}

/** @returns whether there was such a name */
export async function deleteAlias(db: Kysely<Tables>, model: string, name: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('alias')
    .where('model', '=', model)
    .where('name', '=', name)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** All names of a model's versions, in their order. */
export async function listAliases(db: Kysely<Tables>, model: string): Promise<readonly Alias[]> {
  return db
    .selectFrom('alias')
    .select(['name', 'version', 'set_at as setAt', 'actor'])
    .where('model', '=', model)
    .orderBy('name')
    .execute()
}
