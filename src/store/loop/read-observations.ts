import { type Kysely, sql } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import type { Began } from '../../live/turn.ts'
import type { Observation } from '../../loop/observation.ts'
import type { Row, Tables } from '../postgres/tables.ts'

/** Something that the loop was told, as it was written down. */
export interface WrittenObservation {
  readonly seq: number
  /** Machine time. */
  readonly at: Instant
  /** Number of the policy under which it was heard. */
  readonly policy: number
  readonly body: Observation | Began
}

/** What the loop was told after observation `after`, in order. */
export async function readObservations(
  db: Kysely<Tables>,
  model: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly WrittenObservation[]> {
  const rows = await db
    .selectFrom('observation')
    .selectAll()
    .where('model', '=', model)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map(writtenOf)
}

/** One observation; undefined where there is none. */
export async function readObservation(
  db: Kysely<Tables>,
  model: string,
  seq: number,
): Promise<WrittenObservation | undefined> {
  const row = await db
    .selectFrom('observation')
    .selectAll()
    .where('model', '=', model)
    .where('seq', '=', seq)
    .executeTakeFirst()
  return row === undefined ? undefined : writtenOf(row)
}

/** All that the loop heard about one window, in order. */
export async function observationsAbout(
  db: Kysely<Tables>,
  model: string,
  window: number,
): Promise<readonly WrittenObservation[]> {
  const rows = await db
    .selectFrom('observation')
    .selectAll()
    .where('model', '=', model)
    .where(sql<number>`(body ->> 'window')::integer`, '=', window)
    .orderBy('seq')
    .execute()
  return rows.map(writtenOf)
}

function writtenOf({ seq, at, policy, body }: Row<'observation'>): WrittenObservation {
  return { seq, at, policy, body: body as Observation | Began }
}
