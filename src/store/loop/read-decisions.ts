import { type Kysely, sql } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import type { DecisionKind, DecisionRecord } from '../../loop/record.ts'
import type { Row, Tables } from '../postgres/tables.ts'

/** A decision as it was written down. */
export interface WrittenDecision {
  readonly seq: number
  /** The observation that led to it. */
  readonly observation: number
  /** Machine time at which it was written. */
  readonly at: Instant
  readonly policy: number
  readonly record: DecisionRecord
}

export interface DecisionsAsked {
  readonly kinds: readonly DecisionKind[] | null
  /** Only older ones than this; null: the newest. */
  readonly before: number | null
  readonly limit: number
}

/** Decisions of a model, the newest first. */
export async function readDecisions(
  db: Kysely<Tables>,
  model: string,
  { kinds, before, limit }: DecisionsAsked,
): Promise<readonly WrittenDecision[]> {
  let asked = db.selectFrom('decision').selectAll().where('model', '=', model)
  if (kinds !== null) asked = asked.where('kind', 'in', [...kinds])
  if (before !== null) asked = asked.where('seq', '<', before)
  return (await asked.orderBy('seq', 'desc').limit(limit).execute()).map(writtenOf)
}

/** One decision; undefined where there is none. */
export async function readDecision(
  db: Kysely<Tables>,
  model: string,
  seq: number,
): Promise<WrittenDecision | undefined> {
  const row = await db
    .selectFrom('decision')
    .selectAll()
    .where('model', '=', model)
    .where('seq', '=', seq)
    .executeTakeFirst()
  return row === undefined ? undefined : writtenOf(row)
}

/** What observations led to, in order; `from` and `to` are their numbers, both included. */
export async function decisionsOf(
  db: Kysely<Tables>,
  model: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly WrittenDecision[]> {
  const rows = await db
    .selectFrom('decision')
    .selectAll()
    .where('model', '=', model)
    // Numbers of decisions rise with those of observations; without an index on these all of them are read once.
    .where('observation', '>=', from)
    .where('observation', '<=', to)
    .orderBy('seq')
    .execute()
  return rows.map(writtenOf)
}

/** Newest decision of one of these kinds before another; about `version` where one is given. */
export async function newestDecision(
  db: Kysely<Tables>,
  model: string,
  asked: { readonly kinds: readonly DecisionKind[]; readonly before: number | null; readonly version: number | null },
): Promise<WrittenDecision | undefined> {
  let query = db
    .selectFrom('decision')
    .selectAll()
    .where('model', '=', model)
    .where('kind', 'in', [...asked.kinds])
  if (asked.before !== null) query = query.where('seq', '<', asked.before)
  if (asked.version !== null) query = query.where(sql<number>`(record ->> 'version')::integer`, '=', asked.version)
  const row = await query.orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return row === undefined ? undefined : writtenOf(row)
}

function writtenOf({ seq, observation, at, policy, record }: Row<'decision'>): WrittenDecision {
  return { seq, observation, at, policy, record: record as DecisionRecord }
}
