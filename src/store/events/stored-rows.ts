import type { PoolClient } from 'pg'
import { assert } from '../../base/assert.ts'
import type { EventPlace } from '../../data/event-rows.ts'
import type { Database } from '../postgres/database.ts'

/** What is asked of the events of one model, wherever they lie. Null: without that bound. */
export interface EventBounds {
  readonly model: string
  /** Only events that had come in by then. */
  readonly upToSeq: number | null
  /** Only events of this event time or older. */
  readonly upToTime: number | null
}

/** start ≤ event time < end, ms since 1970 UTC. */
export interface TimeSpan {
  readonly start: number
  readonly end: number
}

/** An event with its own JSON. */
export interface StoredRow extends EventPlace {
  readonly version: number | null
  readonly isCorrection: boolean
  readonly body: string
}

const PAGE = 5_000

/**
 * One consistent look at the events: what is in Postgres now stays there until `work` is done, and what was sealed
 * before is listed as such, so that no row is seen twice or not at all.
 */
export async function lookAtEvents<T>(database: Database, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await database.pool.connect()
  try {
    await client.query('begin; lock table event in access share mode')
    const result = await work(client)
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    await client.query('rollback').then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    )
    throw error
  }
}

/** Which rows: SQL after `where model = $1`, and its parameters from $2 on. */
export interface RowFilter {
  readonly sql: string
  readonly values: readonly unknown[]
}

/** Predictions by their own event time. */
export function predictionsWithin({ start, end }: TimeSpan): RowFilter {
  return { sql: `type = 'p' and time >= $2::int8 and time < $3::int8`, values: [start, end] }
}

/** Corrections outside a span of time: those within are found with the predictions. */
export function correctionsOutside({ start, end }: TimeSpan): RowFilter {
  return {
    sql: `type = 'p' and id <> prediction_id and not (time >= $2::int8 and time < $3::int8)`,
    values: [start, end],
  }
}

/** Predictions of these ids outside a span of time, which are no corrections. */
export function originalsOutside({ start, end }: TimeSpan, ids: readonly string[]): RowFilter {
  return {
    sql: `type = 'p' and id = prediction_id and not (time >= $2::int8 and time < $3::int8) and prediction_id = any($4::text[])`,
    values: [start, end, ids],
  }
}

/** Labels of these predictions. */
export function labelsOf(ids: readonly string[]): RowFilter {
  return { sql: `type = 'l' and prediction_id = any($2::text[])`, values: [ids] }
}

export const ALL_LABELS: RowFilter = { sql: `type = 'l'`, values: [] }

/** Streams rows out of Postgres, a page at a time. In no order. */
export async function eachRow(
  client: PoolClient,
  bounds: EventBounds,
  filter: RowFilter,
  visit: (row: StoredRow) => void,
): Promise<void> {
  const values: unknown[] = [bounds.model, ...filter.values]
  let where = `model = $1 and ${filter.sql}`
  if (bounds.upToSeq !== null) where += ` and seq <= $${values.push(bounds.upToSeq)}::int8`
  if (bounds.upToTime !== null) where += ` and time <= $${values.push(bounds.upToTime)}::int8`
  const text = `declare rows no scroll cursor for select seq, time, prediction_id, version, id <> prediction_id, body from event where ${where}`
  await client.query(text, values)
  for (;;) {
    const page = await client.query<unknown[]>({ text: `fetch ${PAGE} from rows`, rowMode: 'array' })
    for (const [seq, time, predictionId, version, isCorrection, body] of page.rows) {
      assert(
        typeof seq === 'number' && typeof time === 'number' && typeof body === 'string',
        'an event has its columns',
      )
      const about = typeof predictionId === 'string' ? predictionId : ''
      const told = typeof version === 'number' ? version : null
      visit({ seq, time, predictionId: about, version: told, isCorrection: isCorrection === true, body })
    }
    if (page.rows.length < PAGE) break
  }
  await client.query('close rows')
}
