import type { EventValue } from '../../data/event.ts'
import type { SeenRow } from '../../data/learned-schema.ts'
import type { Database } from '../postgres/database.ts'

/** More rows show no more kinds. */
const MOST_ROWS = 50_000

/** The first rows of a span as they were told, each with its newest label; of partitions that are not sealed. */
export async function sampleRows(
  database: Database,
  model: string,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<SeenRow[]> {
  const { rows } = await database.pool.query<{ body: string; label: string | null }>(
    `select p.body, (
       select l.body from event l where l.model = p.model and l.prediction_id = p.prediction_id and l.type = 'l'
       order by l.time desc, l.seq desc limit 1) as label
     from event p where p.model = $1 and p.type = 'p' and p.time >= $2::int8 and p.time < $3::int8
     order by p.time, p.seq limit ${MOST_ROWS}`,
    [model, start, end],
  )
  return rows.map(({ body, label }) => {
    const { features = {} } = JSON.parse(body) as { features?: Readonly<Record<string, EventValue>> }
    const told = label === null ? null : (JSON.parse(label) as { label?: EventValue })
    return { features, label: told?.label ?? null }
  })
}
