import type { Kysely } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import type { WindowPerformance } from '../../live/turn.ts'
import type { Tables } from '../postgres/tables.ts'

/** A window without its summary. */
export interface ListedWindow {
  readonly number: number
  readonly start: Instant
  readonly end: Instant
  readonly rows: number
  /** Null until its labels have matured. */
  readonly labelledRows: number | null
  /** Machine time; null until then. */
  readonly maturedAt: Instant | null
  readonly performance: WindowPerformance | null
}

/** Windows of a model, the newest first; `before`: only older ones than this number. */
export async function listWindows(
  db: Kysely<Tables>,
  model: string,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<readonly ListedWindow[]> {
  let asked = db
    .selectFrom('stream_window')
    .select(['number', 'start_at', 'end_at', 'rows', 'labelled_rows', 'matured_at', 'performance'])
    .where('model', '=', model)
  if (before !== null) asked = asked.where('number', '<', before)
  const rows = await asked.orderBy('number', 'desc').limit(limit).execute()
  return rows.map(({ number, start_at, end_at, rows: count, labelled_rows, matured_at, performance }) => ({
    number,
    start: start_at,
    end: end_at,
    rows: count,
    labelledRows: labelled_rows,
    maturedAt: matured_at,
    performance: performance as WindowPerformance | null,
  }))
}
