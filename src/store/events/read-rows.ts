import type { PoolClient } from 'pg'
import type { EventValue, PredictionEvent } from '../../data/event.ts'
import { type EventRows, eventRows, type SettledRows } from '../../data/event-rows.ts'
import type { ModelSchema } from '../../data/model-schema.ts'
import type { WindowRows } from '../../data/window-rows.ts'
import type { Database } from '../postgres/database.ts'
import {
  ALL_LABELS,
  correctionsOutside,
  type EventBounds,
  eachRow,
  labelsOf,
  lookAtEvents,
  originalsOutside,
  predictionsWithin,
  type StoredRow,
  type TimeSpan,
} from './stored-rows.ts'

/** Where events lie. */
export interface EventStores {
  readonly database: Database
  /** Of sealed partitions; paths in the database are below it. */
  readonly dataFolder: string
}

export interface RowsAsked extends TimeSpan {
  readonly model: string
  readonly schema: ModelSchema
  /** Null: none is joined. */
  readonly labels: { readonly absentAs: number | null } | null
  /** Nothing counts that came in later: the same rows come back whenever it is asked. Null: all that is there. */
  readonly upToSeq: number | null
  /** Nothing counts whose event time is later: what nobody could know then. Null: all that is there. */
  readonly upToTime: number | null
}

/** More predictions than this are joined by reading all labels once instead of asking for each. */
const MOST_ASKED = 5_000

/**
 * The rows of a stretch of event time: each prediction once, as its newest correction says, where its earliest event
 * stands, with its newest label; from Postgres and sealed files together.
 * @returns rows by time, then id
 */
export function readWindowRows(stores: EventStores, asked: RowsAsked): Promise<WindowRows> {
  return lookAtEvents(stores.database, async (client) => {
    const rows = eventRows(asked.schema)
    const bounds: EventBounds = asked
    await gatherPredictions(client, rows, asked, bounds)
    const settled = rows.settle(asked.start, asked.end)
    if (asked.labels !== null) await gatherLabels(client, settled, bounds)
    return settled.build(asked.labels?.absentAs ?? null)
  })
}

async function gatherPredictions(
  client: PoolClient,
  rows: EventRows,
  span: TimeSpan,
  bounds: EventBounds,
): Promise<void> {
  const push = (row: StoredRow) => pushPrediction(rows, row)
  await eachRow(client, bounds, predictionsWithin(span), push)
  await eachRow(client, bounds, correctionsOutside(span), (row) => {
    if (rows.has(row.predictionId)) push(row)
  })
  const strays = rows.strays()
  if (strays.length > 0) await eachRow(client, bounds, originalsOutside(span, strays), push)
}

function pushPrediction(rows: EventRows, { body, ...place }: StoredRow): void {
  const said = JSON.parse(body) as Partial<Pick<PredictionEvent, 'features' | 'score'>>
  rows.pushEvent({ ...place, score: said.score ?? null }, said.features ?? {})
}

async function gatherLabels(client: PoolClient, settled: SettledRows, bounds: EventBounds): Promise<void> {
  if (settled.ids.length === 0) return
  const filter = settled.ids.length <= MOST_ASKED ? labelsOf(settled.ids) : ALL_LABELS
  await eachRow(client, bounds, filter, (row) => {
    const { label = null } = JSON.parse(row.body) as { label?: EventValue }
    settled.pushLabel(row, label)
  })
}
