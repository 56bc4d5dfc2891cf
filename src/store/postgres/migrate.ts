import { type Migration, Migrator } from 'kysely'
import { Fault } from '../../base/fault.ts'
import type { Database } from './database.ts'
import { MIGRATIONS } from './migrations/all.ts'

const TABLE = 'keepfit_migration'
const LOCK_TABLE = 'keepfit_migration_lock'

/**
 * Brings a database to this version's schema, in one transaction: all of it or nothing. Several processes may do so at
 * once; one works, the others wait for it (a session advisory lock) and find nothing left to do.
 * @returns the names of the migrations that were carried out now, oldest first
 * @throws Fault DATABASE_UNSUPPORTED when a newer Keepfit has changed the database already
 */
export async function migrate(
  database: Database,
  migrations: Readonly<Record<string, Migration>> = MIGRATIONS,
): Promise<readonly string[]> {
  const migrator = new Migrator({
    db: database.kysely,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName: TABLE,
    migrationLockTableName: LOCK_TABLE,
    // The order is the names' order. Kysely would order by the time of execution, which a stepped clock turns round.
    allowUnorderedMigrations: true,
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) {
    await refuseNewerDatabase(database, migrations)
    throw error
  }
  return (results ?? []).map(({ migrationName }) => migrationName)
}

async function refuseNewerDatabase(database: Database, migrations: Readonly<Record<string, Migration>>): Promise<void> {
  const { rows } = await database.pool
    .query<{ name: string }>(`select name from ${TABLE} order by name`)
    .catch(() => ({ rows: [] }))
  const unknown = rows.map(({ name }) => name).filter((name) => migrations[name] === undefined)
  if (unknown.length === 0) return
  const newest = Object.keys(migrations).sort().at(-1) ?? 'none'
  throw new Fault(
    'DATABASE_UNSUPPORTED',
    `the database was changed by a newer Keepfit: it holds ${unknown.join(', ')}; the newest change that this version ` +
      `knows is ${newest}. Use that newer version, or another database`,
    { unknown },
  )
}
