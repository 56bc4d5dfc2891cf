import type { Database } from './database.ts'
import { MIGRATIONS } from './migrations/all.ts'

/** What a look at a database tells of it and of the system in it. */
export interface Soundness {
  /** E.g. `18.4`. */
  readonly version: string
  /** Its clock. Milliseconds since 1970 UTC. */
  readonly now: number
  /** Changes of the schema that this version has and the database not, and the other way round. */
  readonly missing: readonly string[]
  readonly unknown: readonly string[]
  /** Nothing below is known before the schema is there. */
  readonly system: SystemSoundness | null
}

export interface SystemSoundness {
  /** Unfinished runs whose worker has not been heard of for a minute, by `model/number`. */
  readonly orphans: readonly string[]
  /** Runs that are waiting or on. Count. */
  readonly unfinished: number
  readonly outboxWaiting: number
  readonly outboxGivenUp: number
  /** Processes heard of within a minute, by role. */
  readonly processes: readonly { readonly host: string; readonly pid: number; readonly roles: readonly string[] }[]
}

const SILENT_MS = 60_000

/** One look, changing nothing. */
export async function soundnessOf({ pool, kysely }: Database): Promise<Soundness> {
  const { rows } = await pool.query<{ version: string; now: number; migrations: boolean }>(
    `select current_setting('server_version') as version,
            floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now,
            to_regclass('keepfit_migration') is not null as migrations`,
  )
  const { version = '', now = 0, migrations = false } = rows[0] ?? {}
  const done = migrations ? await pool.query<{ name: string }>('select name from keepfit_migration') : { rows: [] }
  const names = new Set(done.rows.map(({ name }) => name))
  const missing = Object.keys(MIGRATIONS).filter((name) => !names.has(name))
  const unknown = [...names].filter((name) => MIGRATIONS[name] === undefined)
  return { version, now, missing, unknown, system: missing.length === 0 ? await systemOf({ kysely }, now) : null }
}

async function systemOf({ kysely }: Pick<Database, 'kysely'>, now: number): Promise<SystemSoundness> {
  const runs = await kysely
    .selectFrom('run')
    .select(['model', 'number', 'state', 'heartbeat_at'])
    .where('state', 'in', ['queued', 'running'])
    .execute()
  const orphans = runs.filter(({ state, heartbeat_at }) => state === 'running' && (heartbeat_at ?? 0) < now - SILENT_MS)
  const outbox = await kysely
    .selectFrom('outbox')
    .select(({ fn }) => [
      fn.countAll<number>().filterWhere('given_up_at', 'is', null).as('waiting'),
      fn.countAll<number>().filterWhere('given_up_at', 'is not', null).as('givenUp'),
    ])
    .where('delivered_at', 'is', null)
    .executeTakeFirstOrThrow()
  const processes = await kysely
    .selectFrom('process')
    .select(['host', 'pid', 'roles'])
    .where('heartbeat_at', '>=', now - SILENT_MS)
    .execute()
  return {
    orphans: orphans.map(({ model, number }) => `${model}/${number}`),
    unfinished: runs.length,
    outboxWaiting: outbox.waiting,
    outboxGivenUp: outbox.givenUp,
    processes,
  }
}
