import type { Kysely } from 'kysely'
import type { Learned, TrainingOutcome, TrainingPlan } from '../../base/training.ts'
import type { EndedRun } from '../../live/ports.ts'
import type { Tables } from '../postgres/tables.ts'

/** The oldest run that has ended and that the loop was not told of. */
export async function untoldRun(db: Kysely<Tables>, model: string): Promise<EndedRun | null> {
  const row = await db
    .selectFrom('run')
    .select(['number', 'outcome', 'learned'])
    .where('model', '=', model)
    .where('ended_at', 'is not', null)
    .where('observation', 'is', null)
    .orderBy('number')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return null
  return { run: row.number, result: row.outcome as TrainingOutcome<number>, learned: row.learned as Learned | null }
}

/**
 * The runs of a model that has no loop yet to count them. One that has ended is active until somebody heard how: it may end
 * between two looks, and must not be started again then.
 */
export async function runsSoFar(
  db: Kysely<Tables>,
  model: string,
): Promise<{ readonly isActive: boolean; readonly made: number; readonly lastToWindow: number | null }> {
  const last = await db
    .selectFrom('run')
    .select(['number', 'observation', 'plan'])
    .where('model', '=', model)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last === undefined) return { isActive: false, made: 0, lastToWindow: null }
  return { isActive: last.observation === null, made: last.number, lastToWindow: (last.plan as TrainingPlan).toWindow }
}
