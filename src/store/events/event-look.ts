import { type DuckDBConnection, DuckDBInstance, listValue } from '@duckdb/node-api'
import type { PoolClient } from 'pg'
import { assert } from '../../base/assert.ts'
import type { EventLetter } from '../../data/event-body.ts'
import type { EventPlace, EventRows } from '../../data/event-rows.ts'
import type { ModelSchema } from '../../data/model-schema.ts'
import { quotePath } from '../files/duck-db.ts'
import type { Database } from '../postgres/database.ts'
import { inTransaction } from '../postgres/in-transaction.ts'
import type { EventBounds, TimeSpan } from './event-bounds.ts'
import { pushSealedColumns, type SealedCondition } from './sealed-columns.ts'
import { sealedFilesOf, verifiedPath } from './sealed-files.ts'

/** Where events lie. */
export interface EventStores {
  readonly database: Database
  /** Of sealed partitions; paths in the database are below it. */
  readonly dataFolder: string
}

/** Which events of a model. All that is told must hold. */
export interface EventFilter {
  readonly type: EventLetter
  readonly within?: TimeSpan
  readonly outside?: TimeSpan
  /** Corrections of a prediction, or what they correct. */
  readonly corrections?: boolean
  /** About these predictions. */
  readonly about?: readonly string[]
}

export type PredictionFilter = Omit<EventFilter, 'type' | 'corrections' | 'about'>

/** Where predictions are pushed, and how an event of its own JSON gets there. */
export interface PredictionsWanted {
  readonly schema: ModelSchema
  readonly rows: EventRows
  readonly push: (row: StoredRow) => void
}

/** An event as it is stored. */
export interface StoredRow extends EventPlace {
  readonly id: string
  readonly version: number | null
  readonly body: string
}

/** One consistent look at the events of Postgres and of sealed files. */
export interface EventLook {
  readonly client: PoolClient
  /** Visits events in no order, each once. */
  each(bounds: EventBounds, filter: EventFilter, visit: (row: StoredRow) => void): Promise<void>
  /** Pushes all predictions that the filter lets through, those in sealed files by their typed columns. */
  predictions(bounds: EventBounds, filter: PredictionFilter, into: PredictionsWanted): Promise<void>
  /** The `nth` smallest event time, from 1, ms since 1970 UTC; null where there are not so many such events. */
  nthTime(bounds: EventBounds, filter: EventFilter, nth: number): Promise<number | null>
  /** Whether sealed files may hold such events. */
  isSealed(bounds: EventBounds, filter: EventFilter): Promise<boolean>
}

/** Rows of one page are read without a break, and whoever sends events waits for that. Rows. */
const PAGE = 500
const COLUMNS = 'seq, time, prediction_id, version, id, body'

/** Nothing is sealed meanwhile. */
export const BEGIN_LOOK = 'begin; lock table event in access share mode'

/**
 * Looks at events while nothing is sealed: what is in Postgres now stays there until `work` is done, and what was sealed
 * before is listed as such, so that no event is seen twice or not at all.
 */
export async function lookAtEvents<T>(stores: EventStores, work: (look: EventLook) => Promise<T>): Promise<T> {
  const sealed = lazyDuckDb()
  try {
    return await inTransaction(stores.database.pool, BEGIN_LOOK, (client) => work(lookWith(client, stores, sealed)))
  } finally {
    sealed.close()
  }
}

function lookWith(client: PoolClient, { dataFolder }: EventStores, sealed: LazyDuckDb): EventLook {
  const filesOf = (bounds: EventBounds, { type, within, corrections }: EventFilter) =>
    sealedFilesOf(client, bounds, { type, within: within ?? null, onlyCorrections: corrections === true })
  const pathsOf = async (bounds: EventBounds, filter: EventFilter) => {
    const paths: string[] = []
    for (const file of await filesOf(bounds, filter)) paths.push(await verifiedPath(dataFolder, file))
    return paths
  }
  return {
    client,
    async each(bounds, filter, visit) {
      const paths = await pathsOf(bounds, filter)
      if (paths.length > 0) await eachSealed(await sealed.connection(), { paths, bounds, filter }, visit)
      await eachOpen(client, { bounds, filter }, visit)
    },
    async predictions(bounds, filter, { schema, rows, push }) {
      const all = { ...filter, type: 'p' } as const
      for (const file of await filesOf(bounds, all)) {
        const path = await verifiedPath(dataFolder, file)
        const connection = await sealed.connection()
        // Comparing ids takes longer than reading most columns: only where there is something to find.
        const filter = file.corrections === 0 ? all : { ...all, corrections: false }
        const condition = sealedCondition({ bounds, filter })
        const isPushed = await pushSealedColumns(connection, { path, schema, condition }, rows)
        if (!isPushed) await eachSealed(connection, { paths: [path], bounds, filter }, push)
      }
      const corrections = { ...all, corrections: true }
      const corrected = await pathsOf(bounds, corrections)
      if (corrected.length > 0)
        await eachSealed(await sealed.connection(), { paths: corrected, bounds, filter: corrections }, push)
      await eachOpen(client, { bounds, filter: all }, push)
    },
    async nthTime(bounds, filter, nth) {
      const times: number[] = []
      const order = ` order by time limit ${Math.trunc(nth)}`
      const paths = await pathsOf(bounds, filter)
      if (paths.length > 0) {
        const found = await stream(await sealed.connection(), { paths, bounds, filter }, 'time', order)
        for (const [time] of await found.getRows()) if (typeof time === 'bigint') times.push(Number(time))
      }
      const { sql, values } = openQuery({ bounds, filter }, 'time')
      const { rows } = await client.query<{ time: number }>(sql + order, values)
      for (const { time } of rows) times.push(time)
      return times.sort((a, b) => a - b)[nth - 1] ?? null
    },
    isSealed: async (bounds, filter) => (await filesOf(bounds, filter)).length > 0,
  }
}

interface Asked {
  readonly bounds: EventBounds
  readonly filter: EventFilter
}

/** The condition in SQL that Postgres and DuckDB read alike, parameters from $1 on. */
function conditionOf({ bounds, filter }: Asked): { readonly sql: string; readonly values: readonly unknown[] } {
  const values: unknown[] = []
  const put = (value: unknown) => `$${values.push(value)}`
  const parts = ['true']
  const spanOf = ({ start, end }: TimeSpan) => `(time >= ${put(start)}::int8 and time < ${put(end)}::int8)`
  if (filter.within !== undefined) parts.push(spanOf(filter.within))
  if (filter.outside !== undefined) parts.push(`not ${spanOf(filter.outside)}`)
  // Of `id = prediction_id` Postgres expects one row in two hundred, and would read a whole partition to find them.
  if (filter.corrections !== undefined)
    parts.push(filter.corrections ? 'id <> prediction_id' : '(id <> prediction_id)::int <> 1')
  if (filter.about !== undefined) parts.push(`prediction_id = any(${put(filter.about)}::text[])`)
  if (bounds.upToSeq !== null) parts.push(`seq <= ${put(bounds.upToSeq)}::int8`)
  if (bounds.upToTime !== null) parts.push(`time <= ${put(bounds.upToTime)}::int8`)
  return { sql: parts.join(' and '), values }
}

function openQuery(asked: Asked, columns: string): { readonly sql: string; readonly values: unknown[] } {
  const { sql, values } = conditionOf(asked)
  // The type stands as a literal, so that a partial index can be used.
  const where = `model = $${values.length + 1} and type = '${asked.filter.type}' and ${sql}`
  return { sql: `select ${columns} from event where ${where}`, values: [...values, asked.bounds.model] }
}

/** Events in Postgres, a page at a time. */
async function eachOpen(client: PoolClient, asked: Asked, visit: (row: StoredRow) => void): Promise<void> {
  const { sql, values } = openQuery(asked, COLUMNS)
  await client.query(`declare rows no scroll cursor for ${sql}`, values)
  for (;;) {
    const page = await client.query<unknown[]>({ text: `fetch ${PAGE} from rows`, rowMode: 'array' })
    for (const row of page.rows) visit(rowOf(row))
    if (page.rows.length < PAGE) break
  }
  await client.query('close rows')
}

async function putAside(connection: DuckDBConnection, ids: readonly string[]): Promise<void> {
  await connection.run('create or replace table asked (id varchar)')
  const appender = await connection.createAppender('asked')
  for (const id of ids) {
    appender.appendVarchar(id)
    appender.endRow()
  }
  appender.closeSync()
}

interface AskedOfFiles extends Asked {
  readonly paths: readonly string[]
}

/** Events in sealed files, a chunk at a time. */
async function eachSealed(
  connection: DuckDBConnection,
  asked: AskedOfFiles,
  visit: (row: StoredRow) => void,
): Promise<void> {
  const { about, ...filter } = asked.filter
  // A list in a condition is searched for every row; a table is looked up.
  if (about !== undefined) await putAside(connection, about)
  const among = about === undefined ? '' : ' and prediction_id in (select id from asked)'
  const result = await stream(connection, { ...asked, filter }, COLUMNS, among)
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return
    for (const row of chunk.getRows()) visit(rowOf(row))
  }
}

function stream(connection: DuckDBConnection, { paths, ...asked }: AskedOfFiles, columns: string, order = '') {
  const { sql, values } = sealedCondition(asked)
  const from = `read_parquet([${paths.map(quotePath).join(', ')}], union_by_name = true)`
  return connection.stream(`select ${columns} from ${from} where ${sql}${order}`, values)
}

function sealedCondition(asked: Asked): SealedCondition {
  const { sql, values } = conditionOf(asked)
  return { sql, values: values.map((value) => (Array.isArray(value) ? listValue(value) : BigInt(Number(value)))) }
}

function rowOf([seq, time, predictionId, version, id, body]: readonly unknown[]): StoredRow {
  assert(typeof body === 'string' && typeof id === 'string', 'an event has an id and a body')
  const about = typeof predictionId === 'string' ? predictionId : ''
  const told = version === null ? null : Number(version)
  return { seq: Number(seq), time: Number(time), predictionId: about, version: told, id, body }
}

type LazyDuckDb = ReturnType<typeof lazyDuckDb>

/** A DuckDB that is opened by whoever first needs it, and closed in the end. */
function lazyDuckDb() {
  let open: { readonly instance: DuckDBInstance; readonly connection: DuckDBConnection } | undefined
  return {
    async connection(): Promise<DuckDBConnection> {
      if (open === undefined) {
        const instance = await DuckDBInstance.create(':memory:', SETTINGS)
        open = { instance, connection: await instance.connect() }
      }
      return open.connection
    },
    close(): void {
      open?.connection.closeSync()
      open?.instance.closeSync()
    },
  }
}

/** Nothing is downloaded, nothing spilled to disk. */
export const SETTINGS = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  memory_limit: '1GB',
  threads: '2',
  temp_directory: '',
  preserve_insertion_order: 'true',
} as const
