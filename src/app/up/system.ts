import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import type { Progress } from '../../base/progress.ts'
import { type Database, openDatabase } from '../../store/postgres/database.ts'
import { type SupervisedPostgres, superviseEmbeddedPostgres } from '../../store/postgres/embedded/supervise.ts'
import { migrate } from '../../store/postgres/migrate.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import type { SystemLog } from './log.ts'

/** What one process of Keepfit stands on. */
export interface System {
  readonly processId: string
  readonly folder: DataFolder
  /** The configuration file, there or not. */
  readonly configFile: string
  readonly baseFolder: string
  readonly database: Database
  readonly databaseUrl: string
  /** Null where the database is somebody else's. */
  readonly postgres: SupervisedPostgres | null
  readonly clock: Clock
  readonly log: SystemLog
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly version: string
  close(): Promise<void>
}

export interface SystemAsked {
  readonly dataFolder: string
  readonly configFile: string
  /** Null: the Postgres that came with Keepfit. */
  readonly databaseUrl: string | null
  /** Whether this process alone may use the data folder. */
  readonly isAlone: boolean
  readonly clock: Clock
  readonly log: SystemLog
  readonly progress: Progress
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly version: string
}

/** Most connections of one process: its pool, beside those of the queue of runs. */
const MOST_CONNECTIONS = 12

/**
 * Opens the data folder and the database, and brings the database to the schema of this version.
 * @throws Fault FOLDER_HELD, DATABASE_UNAVAILABLE, DATABASE_UNSUPPORTED, DISK_FULL
 */
export async function openSystem(asked: SystemAsked): Promise<System> {
  const { clock, log, progress, environment, version, isAlone } = asked
  const configFile = resolve(asked.configFile)
  const folder = await openDataFolder(resolve(asked.dataFolder), { now: clock.now(), isAlone })
  const undo: (() => Promise<void>)[] = [() => folder.release()]
  const close = async () => {
    for (const step of undo.reverse()) await step().catch((error: unknown) => log.error('closing failed', error))
  }
  try {
    const postgres =
      asked.databaseUrl === null
        ? await superviseEmbeddedPostgres({
            folder: folder.postgres,
            environment: { ...environment },
            progress,
            onEvent: (event) => log.info(`database ${event.kind}`, 'pid' in event ? { pid: event.pid } : {}),
          })
        : null
    if (postgres !== null) undo.push(() => postgres.stop())
    for (const note of postgres?.notes ?? []) log.info(note)
    const databaseUrl = postgres?.url ?? asked.databaseUrl ?? ''
    const database = await openDatabase(databaseUrl, {
      maxConnections: MOST_CONNECTIONS,
      applicationName: 'keepfit',
      onError: (error) => log.error('a database connection broke', error),
    })
    undo.push(() => database.close())
    const applied = await migrate(database)
    if (applied.length > 0) log.info('database brought up to date', { migrations: applied })
    return {
      processId: randomUUID(),
      folder,
      configFile,
      baseFolder: existsSync(configFile) ? dirname(configFile) : join(folder.path, '..'),
      database,
      databaseUrl,
      postgres,
      clock,
      log,
      environment,
      version,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
