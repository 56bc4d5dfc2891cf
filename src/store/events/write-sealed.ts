import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { PoolClient } from 'pg'
import { assert } from '../../base/assert.ts'
import type { EventLetter } from '../../data/event-body.ts'
import { diskFault, ensureFolder, syncFolder, writeDurably } from '../disk/durable-file.ts'
import { quotePath, quoteText } from '../files/duck-db.ts'
import { SETTINGS } from './event-look.ts'
import { partitionTable } from './partitions.ts'
import { FEATURES_KEY, type SealedColumn, sha256Of } from './sealed-files.ts'

/** What of a partition goes into one file. */
export interface SealPart {
  readonly partition: number
  readonly model: string
  readonly type: EventLetter
}

/** Stands beside each Parquet file as JSON, and in `sealed_file`. */
export interface SealManifest extends SealPart {
  /** Of the Parquet file, below the data folder. */
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  readonly rows: number
  readonly corrections: number
  readonly firstTime: number
  readonly newestTime: number
  readonly newestSeq: number
  /** Each feature and the column that holds it: another name where its own is taken. */
  readonly features: readonly SealedColumn[]
}

const NAMES: Readonly<Record<EventLetter, string>> = { p: 'predictions', l: 'labels', f: 'feedback' }
/** Columns of every file; names of features make room for them. */
const FIXED = ['seq', 'type', 'id', 'time', 'received_at', 'prediction_id', 'version', 'score', 'label', 'body']
const PAGE = 1_000

/** Where the file of a part stands, below the data folder. */
export function sealedPath({ partition, model, type }: SealPart): string {
  return join('events', model, `${String(partition).padStart(6, '0')}-${NAMES[type]}.parquet`)
}

/**
 * Writes one part as Parquet, with its manifest beside it; both are on disk for good when it returns. Written again, it
 * replaces what a crash left.
 */
export async function writeSealed(client: PoolClient, dataFolder: string, part: SealPart): Promise<SealManifest> {
  const path = sealedPath(part)
  const whole = join(dataFolder, path)
  await ensureFolder(dirname(whole))
  const temporary = `${whole}.part`
  const instance = await DuckDBInstance.create(':memory:', SETTINGS)
  try {
    const connection = await instance.connect()
    try {
      await load(connection, client, part)
      const features = part.type === 'p' ? await featureColumns(connection) : []
      await copy(connection, part.type, features, temporary)
      // Only one seals for as long as its connection lives: without it another may have sealed the same meanwhile.
      await client.query('select')
      await durable(temporary, whole)
      const facts = await factsOf(connection)
      const { size } = await stat(whole)
      const manifest = { ...part, path, sha256: await sha256Of(whole), bytes: size, ...facts, features }
      await writeDurably(whole.replace(/\.parquet$/, '.json'), `${JSON.stringify(manifest, null, 1)}\n`)
      return manifest
    } finally {
      connection.closeSync()
    }
  } catch (error) {
    await rm(temporary, { force: true })
    throw /no space left/i.test(String(error))
      ? diskFault(Object.assign(new Error(), { code: 'ENOSPC' }), whole)
      : error
  } finally {
    instance.closeSync()
  }
}

async function load(connection: DuckDBConnection, client: PoolClient, part: SealPart): Promise<void> {
  await connection.run(`create table part (seq bigint, id varchar, time bigint, received_at bigint, prediction_id varchar,
    version integer, body varchar)`)
  const appender = await connection.createAppender('part')
  await client.query('begin read only')
  try {
    await fillFrom(client, part, appender)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
  appender.closeSync()
}

async function fillFrom(client: PoolClient, part: SealPart, appender: DuckDBAppender): Promise<void> {
  await client.query(
    `declare part no scroll cursor for select seq, id, time, received_at, prediction_id, version, body
     from ${partitionTable(part.partition)} where model = $1 and type = $2::"char" order by seq`,
    [part.model, part.type],
  )
  for (;;) {
    const { rows } = await client.query<unknown[]>({ text: `fetch ${PAGE} from part`, rowMode: 'array' })
    for (const [seq, id, time, receivedAt, predictionId, version, body] of rows) {
      appender.appendBigInt(BigInt(Number(seq)))
      appender.appendVarchar(String(id))
      appender.appendBigInt(BigInt(Number(time)))
      appender.appendBigInt(BigInt(Number(receivedAt)))
      if (predictionId === null) appender.appendNull()
      else appender.appendVarchar(String(predictionId))
      if (version === null) appender.appendNull()
      else appender.appendInteger(Number(version))
      appender.appendVarchar(String(body))
      appender.endRow()
    }
    // Bit by bit: all at the end would keep this process from everything else for a tenth of a second.
    appender.flushSync()
    if (rows.length < PAGE) return
  }
}

/** Names and types of all features of the part, as its JSON shows them. */
export async function featureColumns(connection: DuckDBConnection): Promise<SealedColumn[]> {
  const reader = await connection.runAndReadAll(
    `select json_group_structure(json_extract(body, '$.features')) as shape from part`,
  )
  const shape: unknown = JSON.parse(String(reader.getRows()[0]?.[0] ?? '{}'))
  if (typeof shape !== 'object' || shape === null) return []
  const taken = new Set(FIXED)
  return Object.entries(shape)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([feature, kind]) => {
      // DuckDB and some tools tell no capital letters from small ones.
      let column = feature.replaceAll('\0', '')
      for (let i = 1; taken.has(column.toLowerCase()) || column === ''; i++)
        column = `${feature.replaceAll('\0', '')}_${i}`
      taken.add(column.toLowerCase())
      const told = toldOf(kind)
      return { feature, column, type: TYPES[told], told }
    })
}

const TYPES = { numbers: 'DOUBLE', flags: 'BOOLEAN', texts: 'VARCHAR', mixed: 'VARCHAR', nothing: 'VARCHAR' } as const

/** What DuckDB calls the values of a key of JSON; a key that holds no plain values has no name but a structure. */
function toldOf(kind: unknown): SealedColumn['told'] {
  if (kind === 'NULL') return 'nothing'
  if (kind === 'BOOLEAN') return 'flags'
  if (kind === 'VARCHAR') return 'texts'
  return ['UBIGINT', 'BIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE'].includes(String(kind)) ? 'numbers' : 'mixed'
}

async function copy(
  connection: DuckDBConnection,
  type: EventLetter,
  features: readonly SealedColumn[],
  path: string,
): Promise<void> {
  const own = { p: [SCORE_COLUMN], l: [LABEL_COLUMN], f: [] }
  const values = features.map(featureValue)
  const columns = ['seq', 'id', 'time', 'received_at', 'prediction_id', 'version', ...own[type], ...values, 'body']
  const metadata = `kv_metadata {${FEATURES_KEY}: ${quoteText(JSON.stringify(features))}}`
  await connection.run(
    `copy (select ${columns.join(', ')} from part order by seq)
     to ${quotePath(path)} (format parquet, compression zstd, ${metadata})`,
  )
}

/** SQL of columns over a table of events with their JSON in `body`. */
export const SCORE_COLUMN = `json_extract(body, '$.score')::varchar as score`
export const LABEL_COLUMN = `json_extract_string(body, '$.label') as label`

/** A pointer of JSON (RFC 6901): names of features become SQL only as quoted texts and identifiers. */
export function featureValue({ feature, column, type }: SealedColumn): string {
  const at = quoteText(`/features/${feature.replaceAll('~', '~0').replaceAll('/', '~1')}`)
  return `try_cast(json_extract_string(body, ${at}) as ${type}) as "${column.replaceAll('"', '""')}"`
}

async function durable(temporary: string, path: string): Promise<void> {
  const handle = await open(temporary, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

async function factsOf(connection: DuckDBConnection) {
  const reader = await connection.runAndReadAll(`select count(*), count(*) filter (where prediction_id <> id),
    min(time), max(time), max(seq) from part`)
  const [rows, corrections, firstTime, newestTime, newestSeq] = (reader.getRows()[0] ?? []).map(Number)
  assert(rows !== undefined && rows > 0, 'a part that is sealed has rows')
  return {
    rows,
    corrections: corrections ?? 0,
    firstTime: firstTime ?? 0,
    newestTime: newestTime ?? 0,
    newestSeq: newestSeq ?? 0,
  }
}
