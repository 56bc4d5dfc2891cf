import type { EventValue, PredictionEvent } from '../../data/event.ts'
import { type EventRows, eventRows, type SettledRows } from '../../data/event-rows.ts'
import type { ModelSchema } from '../../data/model-schema.ts'
import type { WindowRows } from '../../data/window-rows.ts'
import type { EventBounds, TimeSpan } from './event-bounds.ts'
import { type EventLook, type EventStores, lookAtEvents, type StoredRow } from './event-look.ts'

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
const MOST_ASKED = 100_000

/**
 * The rows of a stretch of event time: each prediction once, as its newest correction says, where its earliest event
 * stands, with its newest label; from Postgres and sealed files together.
 * @returns rows by time, then id
 * @throws Fault STATE_UNREADABLE when a sealed file is gone or holds other bytes than it was sealed with
 */
export function readWindowRows(stores: EventStores, asked: RowsAsked): Promise<WindowRows> {
  return lookAtEvents(stores, async (look) => {
    const rows = eventRows(asked.schema)
    await gatherPredictions(look, rows, asked)
    const settled = rows.settle(asked.start, asked.end)
    if (asked.labels !== null) await gatherLabels(look, settled, asked)
    return settled.build(asked.labels?.absentAs ?? null)
  })
}

async function gatherPredictions(look: EventLook, rows: EventRows, asked: RowsAsked): Promise<void> {
  const push = (row: StoredRow) => pushPrediction(rows, row)
  await look.predictions(asked, { within: asked }, { schema: asked.schema, rows, push })
  await look.each(asked, { type: 'p', outside: asked, corrections: true }, (row) => {
    if (rows.has(row.predictionId)) push(row)
  })
  const strays = rows.strays()
  if (strays.length > 0) await look.each(asked, { type: 'p', outside: asked, corrections: false, about: strays }, push)
}

function pushPrediction(rows: EventRows, { id, body, ...place }: StoredRow): void {
  const said = JSON.parse(body) as Partial<Pick<PredictionEvent, 'features' | 'score'>>
  const isCorrection = id !== place.predictionId
  rows.pushEvent({ ...place, isCorrection, score: said.score ?? null }, said.features ?? {})
}

async function gatherLabels(look: EventLook, settled: SettledRows, bounds: EventBounds): Promise<void> {
  if (settled.ids.length === 0) return
  const about = settled.ids.length <= MOST_ASKED ? { about: settled.ids } : {}
  await look.each(bounds, { type: 'l', ...about }, (row) => {
    const { label = null } = JSON.parse(row.body) as { label?: EventValue }
    settled.pushLabel(row, label)
  })
}
