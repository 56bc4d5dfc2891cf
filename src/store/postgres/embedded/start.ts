import pg from 'pg'
import type { Progress } from '../../../base/progress.ts'
import { type Binaries, findBinaries } from './binaries.ts'
import { DATABASE_USER, ensureDataFolder } from './data-folder.ts'
import { type Home, settle } from './home.ts'
import { obtainServer, type Server, stopServer } from './server.ts'
import { boundLog } from './server-log.ts'

export interface EmbeddedOptions {
  /** Postgres's own folder: data, log and socket. Made if absent. Whoever calls holds the lock on it. */
  readonly folder: string
  /** Of the process; nothing but PATH is handed on. */
  readonly environment: NodeJS.ProcessEnv
  readonly progress?: Progress
  /** Whether Postgres has to be run as somebody else; as the process says unless told. */
  readonly isRoot?: boolean
  /** Where root's data goes when no other user can reach `folder`. */
  readonly elsewhere?: string
  /** Settings of the server that replace ours, e.g. `{ fsync: 'off' }` in a test of something else. */
  readonly settings?: Readonly<Record<string, string>>
  /** Where the socket's folder goes when `folder` is too long for a socket; the folder for temporary files. */
  readonly socketRoot?: string
  /** The installed package of this platform unless told. */
  readonly binaries?: Binaries
  readonly passwdFile?: string
}

/** A Postgres of our own that answers. */
export interface EmbeddedPostgres {
  /** For `openDatabase`; the same after each restart in the same folder. */
  readonly url: string
  readonly pid: number
  /** It ran already, left by a Keepfit that was killed. */
  readonly wasAdopted: boolean
  /** What a user should know, e.g. that the data are not where they were to be. Mostly nothing. */
  readonly notes: readonly string[]
  /** Ends it and waits until it is gone. May be called twice. */
  stop(): Promise<void>
  /** Called once when it is gone, be it stopped or killed. */
  onExit(listener: () => void): void
}

const LOG_CHECKS = 60_000

/**
 * Starts the Postgres that came with Keepfit, or takes over the one that a killed Keepfit left running on the folder.
 * Makes the database first when there is none. Safe after any kill at any moment.
 * @throws Fault DATABASE_UNAVAILABLE with the reason and the way out, DATABASE_UNSUPPORTED for the data of another
 *   Postgres, DISK_FULL
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const home = await homeOf(options)
  options.progress?.('starting the database', 0, 1)
  await ensureDataFolder(home, options.environment)
  const server = await obtainServer(home, options)
  const url = urlOf(server)
  await ensureDatabase(url).catch(async (error: unknown) => {
    await stopServer(server)
    throw error
  })
  options.progress?.('starting the database', 1, 1)
  return handleOf(home, server, url)
}

/** Where the options' Postgres lives, whether it runs or not. */
async function homeOf(options: EmbeddedOptions): Promise<Home> {
  return settle({
    ...options,
    isRoot: options.isRoot ?? process.getuid?.() === 0,
    binaries: options.binaries ?? findBinaries(process.platform, process.arch),
    elsewhere: options.elsewhere ?? '/var/lib/keepfit',
  })
}

function handleOf(home: Home, server: Server, url: string): EmbeddedPostgres {
  const timer = setInterval(() => boundLog(home.folder).catch(() => {}), LOG_CHECKS)
  timer.unref()
  const gone = server.exit.then(() => clearInterval(timer))
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= stopServer(server)
    return stopping
  }
  return {
    url,
    pid: server.pid,
    wasAdopted: server.wasAdopted,
    notes: home.notes,
    stop,
    onExit: (listener) => {
      void gone.then(listener)
    },
  }
}

const DATABASE = 'keepfit'

/** An empty host would break libraries that parse it; TLS is for networks, even if PGSSLMODE asks for it. */
function urlOf({ socketFolder }: Server, database = DATABASE): string {
  const host = encodeURIComponent(socketFolder)
  return `postgresql://${DATABASE_USER}@localhost/${database}?host=${host}&port=5432&sslmode=disable`
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.replace(`/${DATABASE}?`, '/postgres?') })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}
