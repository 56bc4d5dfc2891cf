import type { Transaction } from 'kysely'
import { appendAudit } from '../audit/append.ts'
import type { Database } from '../postgres/database.ts'
import type { Row, Tables } from '../postgres/tables.ts'

export interface TokenToCreate {
  readonly id: string
  readonly name: string
  readonly hash: Uint8Array
  readonly scopes: readonly string[]
  /** Milliseconds since 1970 UTC; null: never. */
  readonly expiresAt: number | null
}

/** Who does it, and when. */
export interface Doing {
  readonly actor: string
  readonly at: number
}

/** Every token that was ever made, oldest first. */
export async function allTokens({ kysely }: Database): Promise<readonly Row<'token'>[]> {
  return kysely.selectFrom('token').selectAll().orderBy('created_at').orderBy('id').execute()
}

/** Those that were not revoked: what an API process checks requests against. */
export async function liveTokens({ kysely }: Database): Promise<readonly Row<'token'>[]> {
  return kysely.selectFrom('token').selectAll().where('revoked_at', 'is', null).execute()
}

export async function createToken(database: Database, token: TokenToCreate, doing: Doing): Promise<Row<'token'>> {
  return database.kysely.transaction().execute((trx) => insertToken(trx, token, doing))
}

async function insertToken(
  trx: Transaction<Tables>,
  { id, name, hash, scopes, expiresAt }: TokenToCreate,
  { actor, at }: Doing,
): Promise<Row<'token'>> {
  const row = await trx
    .insertInto('token')
    .values({
      id,
      name,
      hash: Buffer.from(hash),
      scopes: [...scopes],
      created_at: at,
      expires_at: expiresAt,
      revoked_at: null,
      last_used_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await appendAudit(trx, { at, actor, action: 'token-created', model: null, detail: { id, name, scopes, expiresAt } })
  return row
}

/**
 * From now on the token does nothing. Revoking it again changes nothing.
 * @returns undefined when there is no such token
 */
export async function revokeToken(
  database: Database,
  id: string,
  { actor, at }: Doing,
): Promise<Row<'token'> | undefined> {
  return database.kysely.transaction().execute(async (trx) => {
    const revoked = await trx
      .updateTable('token')
      .set({ revoked_at: at })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (revoked === undefined) return trx.selectFrom('token').selectAll().where('id', '=', id).executeTakeFirst()
    await appendAudit(trx, { at, actor, action: 'token-revoked', model: null, detail: { id, name: revoked.name } })
    return revoked
  })
}

/** Notes when tokens were last used; never earlier than what is known. */
export async function noteTokenUse({ kysely }: Database, ids: readonly string[], at: number): Promise<void> {
  if (ids.length === 0) return
  await kysely
    .updateTable('token')
    .set({ last_used_at: at })
    .where('id', 'in', [...ids])
    .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', at)]))
    .execute()
}
