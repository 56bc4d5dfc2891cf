import { createHash } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { canonicalJson } from '../../data/event-body.ts'
import { appendAudit } from '../audit/append.ts'
import type { Row, Tables } from '../postgres/tables.ts'

export interface PolicyToApply {
  readonly model: string
  /** The settings of the model with every default filled in; plain data. */
  readonly settings: unknown
  readonly hash: string
  readonly actor: string
  readonly at: number
}

export interface AppliedPolicy {
  /** 1, 2, … per model. */
  readonly number: number
  /** False: the newest configuration was this one already, and nothing was written. */
  readonly isNew: boolean
}

/** SHA-256 over the canonical JSON of settings: equal settings have equal hashes, whatever order they were written in. */
export function policyHash(settings: unknown): string {
  return createHash('sha256').update(canonicalJson(settings)).digest('hex')
}

/** Makes settings the model's configuration from now on; the model itself is made where there was none. */
export async function applyPolicy(trx: Transaction<Tables>, policy: PolicyToApply): Promise<AppliedPolicy> {
  const { model, settings, hash, actor, at } = policy
  await trx
    .insertInto('model')
    .values({ name: model, created_at: at, policy: null, layout: null, scale: null, schema: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  // One at a time per model, so that numbers have no gaps and the newest is the newest.
  await trx.selectFrom('model').select('name').where('name', '=', model).forUpdate().execute()
  const newest = await newestPolicy(trx, model)
  if (newest?.hash === hash) return { number: newest.number, isNew: false }
  const number = (newest?.number ?? 0) + 1
  const row = { model, number, hash, settings: JSON.stringify(settings), applied_at: at, actor }
  await trx.insertInto('policy').values(row).execute()
  await trx.updateTable('model').set({ policy: number }).where('name', '=', model).execute()
  await appendAudit(trx, { at, actor, action: 'policy-applied', model, detail: { number, hash } })
  return { number, isNew: true }
}

/** The configuration that rules now; undefined where none was ever applied. */
export async function newestPolicy(kysely: Kysely<Tables>, model: string): Promise<Row<'policy'> | undefined> {
  return kysely
    .selectFrom('policy')
    .selectAll()
    .where('model', '=', model)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** One configuration by its number. */
export async function policyAt(
  kysely: Kysely<Tables>,
  model: string,
  number: number,
): Promise<Row<'policy'> | undefined> {
  return kysely
    .selectFrom('policy')
    .selectAll()
    .where('model', '=', model)
    .where('number', '=', number)
    .executeTakeFirst()
}

/** Every configuration of a model that ever ruled, oldest first, after the one numbered `after`. */
export async function policiesOf(
  kysely: Kysely<Tables>,
  model: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly Row<'policy'>[]> {
  return kysely
    .selectFrom('policy')
    .selectAll()
    .where('model', '=', model)
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
    .execute()
}

/** Whether the database knows a model of that name. */
export async function knowsModel(kysely: Kysely<Tables>, model: string): Promise<boolean> {
  return (await kysely.selectFrom('model').select('name').where('name', '=', model).executeTakeFirst()) !== undefined
}
