import type { Kysely, Transaction } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import type { ServedAt, Serving, ServingReason } from '../../models/version.ts'
import type { Tables } from '../postgres/tables.ts'
import { servingOfRow } from './version-rows.ts'
import { holdModel, versionOf } from './versions.ts'

export interface ServeOrder {
  readonly model: string
  readonly version: number
  readonly at: Instant
  readonly reason: ServingReason
  /** Number of the decision record; null where the loop did not decide. */
  readonly decision: number | null
  readonly actor: string
  /** In a sentence. */
  readonly because: string
  /** Newest window whose labels were used; null where none was. */
  readonly fromWindow: number | null
}

/** What `serve` did. */
export interface Served {
  /** The stretch in which the version answers now. */
  readonly serving: Serving
  /** What answered before; null when nothing did, or when nothing changed. */
  readonly previous: number | null
  /** False: it answered already, and nothing was written. */
  readonly isChanged: boolean
}

/**
 * Lets a version answer from now on: closes the open stretch and opens the next. Ordering what is so already changes
 * nothing, so that an order may be repeated. Where the clock was put back, the new stretch begins when the old one began:
 * history keeps its order.
 * @throws Fault NOT_FOUND when there is no such version · CONFLICT when its artifact was collected as garbage
 */
export async function serve(trx: Transaction<Tables>, order: ServeOrder): Promise<Served> {
  const { model, version } = order
  await holdModel(trx, model)
  const open = await championOf(trx, model)
  if (open?.version === version) return { serving: open, previous: null, isChanged: false }
  const { collectedAt } = await versionOf(trx, model, version)
  if (collectedAt !== null) {
    throw new Fault('CONFLICT', `version ${version} of '${model}' cannot answer: its artifact was removed as garbage`)
  }
  const at = Math.max(order.at, open?.fromAt ?? order.at)
  if (open !== undefined) await closeServing(trx, open, at)
  const row = await trx
    .insertInto('serving')
    .values({
      model,
      number: await nextNumber(trx, model),
      version,
      from_at: at,
      to_at: null,
      from_window: order.fromWindow,
      reason: order.reason,
      decision: order.decision,
      actor: order.actor,
      because: order.because,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return { serving: servingOfRow(row), previous: open?.version ?? null, isChanged: true }
}

async function closeServing(trx: Transaction<Tables>, { model, number }: Serving, at: Instant): Promise<void> {
  await trx
    .updateTable('serving')
    .set({ to_at: at })
    .where('model', '=', model)
    .where('number', '=', number)
    .where('to_at', 'is', null)
    .execute()
}

async function nextNumber(trx: Transaction<Tables>, model: string): Promise<number> {
  const newest = await trx
    .selectFrom('serving')
    .select(({ fn }) => fn.max('number').as('number'))
    .where('model', '=', model)
    .executeTakeFirst()
  return (newest?.number ?? 0) + 1
}

/** The stretch of the version that answers now; undefined where none does yet. */
export async function championOf(db: Kysely<Tables>, model: string): Promise<Serving | undefined> {
  const row = await db
    .selectFrom('serving')
    .selectAll()
    .where('model', '=', model)
    .where('to_at', 'is', null)
    .executeTakeFirst()
  return row === undefined ? undefined : servingOfRow(row)
}

/** What answered when, the oldest first. */
export async function history(db: Kysely<Tables>, model: string): Promise<readonly Serving[]> {
  const rows = await db.selectFrom('serving').selectAll().where('model', '=', model).orderBy('number').execute()
  return rows.map(servingOfRow)
}

/** What answered at an instant, and why. At the instant of a change the new version answers. */
export async function servedAt(db: Kysely<Tables>, model: string, instant: Instant): Promise<ServedAt> {
  const row = await db
    .selectFrom('serving')
    .selectAll()
    .where('model', '=', model)
    .where('from_at', '<=', instant)
    .where(({ or, eb }) => or([eb('to_at', 'is', null), eb('to_at', '>', instant)]))
    .executeTakeFirst()
  if (row !== undefined) return { kind: 'served', serving: servingOfRow(row) }
  const first = await db
    .selectFrom('serving')
    .selectAll()
    .where('model', '=', model)
    .orderBy('number')
    .limit(1)
    .executeTakeFirst()
  return first === undefined ? { kind: 'never' } : { kind: 'before-first', first: servingOfRow(first) }
}

/** The version that answered before the champion, which a rollback goes back to; undefined where there was none. */
export async function previousChampion(db: Kysely<Tables>, model: string): Promise<number | undefined> {
  const open = await championOf(db, model)
  if (open === undefined) return undefined
  const row = await db
    .selectFrom('serving')
    .select('version')
    .where('model', '=', model)
    .where('number', '<', open.number)
    .where('version', '!=', open.version)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.version
}
