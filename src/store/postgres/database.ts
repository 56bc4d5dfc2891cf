import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { assert } from '../../base/assert.ts'
import { Fault } from '../../base/fault.ts'
import { addressOf } from './address.ts'
import type { Tables } from './tables.ts'

/** An open connection pool and the typed query builder on top of it. */
export interface Database {
  readonly kysely: Kysely<Tables>
  /** For what the builder cannot say: COPY, LISTEN, cursors, another library's transaction. */
  readonly pool: pg.Pool
  /** Waits for running queries, then closes all connections. May be called twice. */
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** Most connections at a time. Count, 1 and more; 10 unless told. */
  readonly maxConnections?: number
  /** Shown in pg_stat_activity, so that a database's owner knows whose connection it is. */
  readonly applicationName?: string
  /** Told of connections that broke while idle; the pool replaces them by itself. */
  readonly onError?: (error: Error) => void
}

/** The oldest major version that the SQL of this folder is written for. */
export const OLDEST_POSTGRES = 14

/** How long a caller waits for a connection before it is told to try again. Milliseconds. */
const CONNECT_TIMEOUT = 10_000

/** A process that is stopped in the middle of a transaction must not keep its locks from others. Milliseconds. */
const IDLE_TRANSACTION_TIMEOUT = 60_000

/**
 * Opens a pool on any Postgres and makes sure that it answers and is new enough.
 * @param url `postgresql://user:password@host:port/name`; a Unix socket is given as `?host=%2Fdir`
 * @returns the open database; whoever opened it closes it
 * @throws Fault CONFIG_INVALID for what is no such URL, DATABASE_UNAVAILABLE when it does not answer,
 *   DATABASE_UNSUPPORTED when it is older than Postgres 14
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const address = addressOf(url)
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? 10,
    application_name: options.applicationName ?? 'keepfit',
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT,
    types: { getTypeParser: parserOf },
  })
  // Without a listener a connection that breaks while idle would end the process.
  pool.on('error', (error) => options.onError?.(error))
  // The same for one that is in use: the pool does not listen to it then, and its query is told anyway.
  pool.on('connect', (client) => client.on('error', () => {}))
  try {
    await refuseOldServer(pool, address)
  } catch (error) {
    await pool.end()
    throw error
  }
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= kysely.destroy()
    return closing
  }
  return { kysely, pool, close }
}

async function refuseOldServer(pool: pg.Pool, address: string): Promise<void> {
  const version = await pool
    .query<{ server_version_num: string }>('show server_version_num')
    .then(({ rows }) => Number(rows[0]?.server_version_num))
    .catch((error: unknown) => {
      throw new Fault(
        'DATABASE_UNAVAILABLE',
        `the database ${address} does not answer: ${reasonOf(error)}`,
        { address },
        error,
      )
    })
  const major = Math.floor(version / 10_000)
  if (major >= OLDEST_POSTGRES) return
  throw new Fault(
    'DATABASE_UNSUPPORTED',
    `the database ${address} is Postgres ${major}; ${OLDEST_POSTGRES} or newer is needed`,
    { address, version },
  )
}

/** `localhost` may stand for two addresses; the error of both being refused has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ')
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}

const INT8 = pg.types.builtins.INT8

/** int8 becomes a number, as the other integers are; everything else is what `pg` makes of it. */
const parserOf: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === INT8 && format !== 'binary' ? parseInt8 : pg.types.getTypeParser(oid, format as 'text')

/** @throws BrokenInvariant beyond ±2^53, where a number would be another one than was stored */
export function parseInt8(text: string): number {
  const value = Number(text)
  assert(Number.isSafeInteger(value), `int8 ${text} does not fit a number`)
  return value
}
