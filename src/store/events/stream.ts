import { assert } from '../../base/assert.ts'
import type { Database } from '../postgres/database.ts'
import type { Row } from '../postgres/tables.ts'
import type { TimeSpan } from './event-look.ts'

/** How far a model's stream has come; undefined before its first event. */
export function streamOf(database: Database, model: string): Promise<Row<'stream'> | undefined> {
  return database.kysely.selectFrom('stream').selectAll().where('model', '=', model).executeTakeFirst()
}

/**
 * Time of the oldest prediction event at or after `from`, also of those that are sealed.
 * @returns ms since 1970 UTC, or null
 */
export async function nextPrediction(database: Database, model: string, from: number): Promise<number | null> {
  const { rows } = await database.pool.query<{ time: number | null }>(
    `select time from event where model = $1 and type = 'p' and time >= $2::int8 order by time limit 1`,
    [model, from],
  )
  return rows[0]?.time ?? null
}

/** Predictions of a span, and those of them that have a label now. */
export interface EventCounts {
  readonly rows: number
  readonly labelled: number
}

/** Counts cheaply, by index: to know whether enough labels are there. A label that was taken back counts all the same. */
export async function countLabelled(database: Database, model: string, { start, end }: TimeSpan): Promise<EventCounts> {
  const { rows } = await database.pool.query<EventCounts>(
    `select count(*) as rows, count(*) filter (where exists (
       select 1 from event as l where l.model = p.model and l.prediction_id = p.prediction_id and l.type = 'l')) as labelled
     from event as p
     where p.model = $1 and p.type = 'p' and p.id = p.prediction_id and p.time >= $2::int8 and p.time < $3::int8`,
    [model, start, end],
  )
  const found = rows[0]
  assert(found !== undefined, 'a count has a row')
  return found
}
