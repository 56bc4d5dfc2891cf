import { assert } from '../../base/assert.ts'
import type { Database } from '../postgres/database.ts'
import type { Row } from '../postgres/tables.ts'
import type { TimeSpan } from './event-bounds.ts'
import { type EventLook, type EventStores, lookAtEvents } from './event-look.ts'

/** How far a model's stream has come; undefined before its first event. */
export function streamOf(database: Database, model: string): Promise<Row<'stream'> | undefined> {
  return database.kysely.selectFrom('stream').selectAll().where('model', '=', model).executeTakeFirst()
}

/**
 * Time of the oldest prediction event at or after `from`, or of the `nth` oldest prediction there, corrections left out;
 * also of those that are sealed.
 * @param nth from 1
 * @returns ms since 1970 UTC, or null
 */
export function nextPrediction(stores: EventStores, model: string, from: number, nth = 1): Promise<number | null> {
  const bounds = { model, upToSeq: null, upToTime: null }
  const within = { start: from, end: Number.MAX_SAFE_INTEGER }
  const filter = { type: 'p', within, ...(nth === 1 ? {} : { corrections: false }) } as const
  return lookAtEvents(stores, (look) => look.nthTime(bounds, filter, nth))
}

/** Predictions of a span, and those of them that have a label now. */
export interface EventCounts {
  readonly rows: number
  readonly labelled: number
}

/**
 * Counts, to know whether enough labels are there: by index where nothing of the span is sealed yet, which is when it is
 * asked. A label that was taken back counts all the same.
 */
export function countLabelled(stores: EventStores, model: string, span: TimeSpan): Promise<EventCounts> {
  const bounds = { model, upToSeq: null, upToTime: null }
  return lookAtEvents(stores, async (look) => {
    const ofLabels = { type: 'l', within: { start: span.start, end: Number.MAX_SAFE_INTEGER } } as const
    const isSealed =
      (await look.isSealed(bounds, { type: 'p', within: span })) || (await look.isSealed(bounds, ofLabels))
    if (!isSealed) return countOpen(look, model, span)
    const ids = new Set<string>()
    await look.each(bounds, { type: 'p', within: span, corrections: false }, ({ id }) => void ids.add(id))
    const labelled = new Set<string>()
    await look.each(bounds, { type: 'l' }, ({ predictionId }) => {
      if (ids.has(predictionId)) labelled.add(predictionId)
    })
    return { rows: ids.size, labelled: labelled.size }
  })
}

async function countOpen({ client }: EventLook, model: string, { start, end }: TimeSpan): Promise<EventCounts> {
  const { rows } = await client.query<EventCounts>(
    // `offset 0` keeps the type out of the search: on a table without statistics the planner would rather go through all
    // labels of the model for each row (18 s for 2,000 rows among 24,000 labels, instead of 30 ms).
    `select count(*) as rows, count(*) filter (where exists (
       select 1 from (select l.type from event as l where l.model = p.model and l.prediction_id = p.prediction_id offset 0)
       as about where about.type = 'l')) as labelled
     from event as p
     where p.model = $1 and p.type = 'p' and p.id = p.prediction_id and p.time >= $2::int8 and p.time < $3::int8`,
    [model, start, end],
  )
  const [found] = rows
  assert(found !== undefined, 'a count has a row')
  return found
}
