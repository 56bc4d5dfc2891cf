import type { Kysely } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import type { ModelSchema } from '../../data/model-schema.ts'
import type { ServingReason } from '../../models/version.ts'
import type { Tables } from '../postgres/tables.ts'

/** What the registry knows of a model. */
export interface KnownModel {
  readonly name: string
  readonly createdAt: Instant
  /** Number of the configuration that rules it; null where there is none. */
  readonly policy: number | null
  /** gathering: the loop has not begun; null: it was never heard of. */
  readonly phase: 'gathering' | 'living' | null
  readonly versions: number
  /** The version that answers, and since when; null where none does. */
  readonly champion: { readonly version: number; readonly since: Instant; readonly reason: ServingReason } | null
  /** The run that is queued or running; null: none. */
  readonly activeRun: number | null
  /** What it reads and says; null while nobody knows. */
  readonly schema: ModelSchema | null
}

/** Every model that is known, by name. */
export async function listModels(db: Kysely<Tables>): Promise<readonly KnownModel[]> {
  return (await models(db).execute()).map(knownModel)
}

/** @throws Fault NOT_FOUND when there is no such model */
export async function modelCalled(db: Kysely<Tables>, name: string): Promise<KnownModel> {
  const row = await models(db).where('model.name', '=', name).executeTakeFirst()
  if (row === undefined) throw new Fault('NOT_FOUND', `no model is called '${name}'`, { model: name })
  return knownModel(row)
}

function models(db: Kysely<Tables>) {
  return db
    .selectFrom('model')
    .leftJoin('loop_state as life', 'life.model', 'model.name')
    .leftJoin('serving as open', (join) => join.onRef('open.model', '=', 'model.name').on('open.to_at', 'is', null))
    .select(['model.name', 'model.created_at', 'model.policy', 'model.schema', 'life.phase'])
    .select(['open.version', 'open.from_at', 'open.reason'])
    .select(({ selectFrom }) => [
      selectFrom('version')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .whereRef('version.model', '=', 'model.name')
        .as('versions'),
      selectFrom('run')
        .select('run.number')
        .whereRef('run.model', '=', 'model.name')
        .where('run.state', 'in', ['queued', 'running'])
        .limit(1)
        .as('active_run'),
    ])
    .orderBy('model.name')
}

type Found = Awaited<ReturnType<ReturnType<typeof models>['execute']>>[number]

function knownModel(row: Found): KnownModel {
  const { version, from_at: since, reason } = row
  return {
    name: row.name,
    createdAt: row.created_at,
    policy: row.policy,
    phase: row.phase,
    versions: row.versions ?? 0,
    champion: version === null || since === null || reason === null ? null : { version, since, reason },
    activeRun: row.active_run,
    schema: row.schema as ModelSchema | null,
  }
}
