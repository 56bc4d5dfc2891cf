import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Database, openDatabase } from '../../src/store/postgres/database.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/postgres/embedded/start.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { markOwned, PREFIX, sweepLeftovers } from './postgres-leftovers.ts'

/** The environment variable that names the folder of a test run. */
export const RUN_FOLDER = 'KEEPFIT_TEST_POSTGRES'
const TEMPLATE = 'keepfit_template'

export interface FreshDatabase {
  readonly database: Database
  readonly url: string
  /** Closes and removes it. */
  drop(): Promise<void>
}

/**
 * An empty database with the schema of this version, on a Postgres that all test files of the run share. Whoever kills
 * servers starts one of their own.
 */
export async function freshDatabase(options: { readonly maxConnections?: number } = {}): Promise<FreshDatabase> {
  const server = await runServer()
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await asOwner(server.url, (client) => client.query(`create database ${name} template ${TEMPLATE}`))
  const url = inDatabase(server.url, name)
  const database = await openDatabase(url, options)
  return {
    database,
    url,
    drop: async () => {
      await database.close()
      await asOwner(server.url, (client) => client.query(`drop database ${name} with (force)`))
    },
  }
}

let running: Promise<EmbeddedPostgres> | undefined

/** The run's server with a migrated template; started by whoever comes first, taken over by all others. */
function runServer(): Promise<EmbeddedPostgres> {
  running ??= startOnce()
  return running
}

async function startOnce(): Promise<EmbeddedPostgres> {
  const shared = process.env[RUN_FOLDER]
  const folder = shared ?? (await ownFolder())
  // Root's Postgres runs as somebody else, who must come through.
  await chmod(folder, 0o711)
  const server = await withLock(join(folder, 'lock'), async () => {
    const started = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), environment: process.env })
    await makeTemplate(started.url)
    return started
  })
  // The folder is left to the next run's sweep: nothing can be waited for here.
  if (shared === undefined) process.once('exit', () => process.kill(server.pid, 'SIGQUIT'))
  return server
}

/** Outside a test run, such as in a bench. */
async function ownFolder(): Promise<string> {
  await sweepLeftovers()
  const folder = await mkdtemp(join(tmpdir(), PREFIX))
  markOwned(folder)
  return folder
}

async function makeTemplate(url: string): Promise<void> {
  const found = await asOwner(url, (client) =>
    client.query('select 1 from pg_database where datname = $1 and datistemplate', [TEMPLATE]),
  )
  if (found.rowCount === 1) return
  await asOwner(url, async (client) => {
    await client.query(`drop database if exists ${TEMPLATE}`)
    await client.query(`create database ${TEMPLATE}`)
  })
  const template = await openDatabase(inDatabase(url, TEMPLATE))
  await migrate(template)
  await template.close()
  // Marked last: a half-made one is made again.
  await asOwner(url, (client) => client.query(`alter database ${TEMPLATE} is_template true`))
}

function inDatabase(url: string, name: string): string {
  return url.replace('/keepfit?', `/${name}?`)
}

async function asOwner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: inDatabase(url, 'postgres') })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** One process at a time; a lock is a folder, which only one can make. */
async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      await mkdir(path)
      break
    } catch (error) {
      if (tries > 1_000) throw error
      await new Promise((done) => setTimeout(done, 50))
    }
  }
  try {
    return await work()
  } finally {
    await rm(path, { recursive: true })
  }
}
