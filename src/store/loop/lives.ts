import type { Kysely, Selectable } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import type { ModelSchema } from '../../data/model-schema.ts'
import type { Profile } from '../../data/profile.ts'
import type { ProfileLayout } from '../../data/profile-layout.ts'
import type { ClosedWindow } from '../../live/ports.ts'
import type { ModelShape } from '../../live/shape.ts'
import type { SavedLife, SavedWatch } from '../../live/turn.ts'
import type { LoopState } from '../../loop/state.ts'
import type { StreamWindowTable, Tables } from '../postgres/tables.ts'
import { readSerialised } from './serialised.ts'

/** Begins to gather windows of a model; one that is known already stays as it is. */
export async function beginGathering(db: Kysely<Tables>, model: string, now: Instant): Promise<void> {
  await db
    .insertInto('loop_state')
    .values({ model, revision: 1, phase: 'gathering', state: null, watch: null, closed_to: null, updated_at: now })
    .onConflict((conflict) => conflict.column('model').doNothing())
    .execute()
}

/**
 * A model's life as it was saved.
 * @param read turns what JSON gave into a state, or throws where it is none
 * @throws Fault NOT_FOUND where no such model is looked after
 */
export async function readLife(
  db: Kysely<Tables>,
  model: string,
  read: (saved: unknown) => LoopState,
): Promise<SavedLife> {
  const row = await db.selectFrom('loop_state').selectAll().where('model', '=', model).executeTakeFirst()
  if (row === undefined) throw new Fault('NOT_FOUND', `no model is called '${model}'`, { model })
  const { revision, next_window: nextWindow, next_matured: nextMatured, next_observation: nextObservation } = row
  const cursor = { nextWindow, nextMatured, nextObservation, closedTo: row.closed_to }
  if (row.phase === 'gathering' || row.watch === null) return { phase: 'gathering', revision, cursor }
  return {
    phase: 'living',
    revision,
    cursor,
    state: read(row.state),
    watch: readSerialised<SavedWatch>(row.watch, `what the detectors of '${model}' remember`),
  }
}

/** What the model's rows are read and counted by; null while nobody knows. */
export async function readShape(db: Kysely<Tables>, model: string): Promise<ModelShape | null> {
  const row = await db
    .selectFrom('model')
    .select(['schema', 'layout', 'scale'])
    .where('name', '=', model)
    .executeTakeFirst()
  if (row == null || row.layout === null || row.schema === null) return null
  return {
    schema: row.schema as ModelSchema,
    layout: readSerialised<ProfileLayout>(row.layout, `the layout of '${model}'`),
    scale: row.scale ?? 1,
  }
}

/** Windows with these numbers, in their order; those that were not cut yet are left out. */
export async function readWindows(
  db: Kysely<Tables>,
  model: string,
  numbers: readonly number[],
): Promise<readonly ClosedWindow[]> {
  if (numbers.length === 0) return []
  const rows = await db
    .selectFrom('stream_window')
    .selectAll()
    .where('model', '=', model)
    .where('number', 'in', [...numbers])
    .orderBy('number')
    .execute()
  return rows.map(windowOf)
}

function windowOf(row: Selectable<StreamWindowTable>): ClosedWindow {
  return {
    number: row.number,
    start: row.start_at,
    end: row.end_at,
    rows: row.rows,
    profile: row.profile === null ? null : readSerialised<Profile>(row.profile, `the summary of window ${row.number}`),
    maturedSeq: row.matured_seq,
    labelledRows: row.labelled_rows,
  }
}
