import { randomUUID } from 'node:crypto'
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
/** What is more waits on disk: a partition may have grown far beyond its limits before it was closed. */
const MEMORY_LIMIT = '1GB'

/** Where the file of a part stands, below the data folder. */
export function sealedPath({ partition, model, type }: SealPart): string {
  return join('events', model, `${String(partition).padStart(6, '0')}-${NAMES[type]}.parquet`)
}

/**
 * Writes one part as Parquet, with its manifest beside it; both are on disk for good when it returns. Written again, it
 * replaces what a crash left.
 * @param memoryLimit as DuckDB reads it
 */
export async function writeSealed(
  client: PoolClient,
  dataFolder: string,
  part: SealPart,
  memoryLimit = MEMORY_LIMIT,
): Promise<SealManifest> {
  const path = sealedPath(part)
  const whole = join(dataFolder, path)
  await ensureFolder(dirname(whole))
  const temporary = `${whole}.part`
  // Called as every half file is, so that it is cleared away where this is killed.
  const overflow = join(dirname(whole), `.seal-${randomUUID()}.part`)
  const settings = { ...SETTINGS, memory_limit: memoryLimit, temp_directory: overflow }
  const instance = await DuckDBInstance.create(':memory:', settings)
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
    await rm(overflow, { recursive: true, force: true })
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

/** Rows whose JSON is looked at together: DuckDB keeps all of it in memory until it knows what they have in common. */
const SHAPED_ROWS = 2_000

/** Names and types of all features of the table `part`, as its JSON shows them. */
export async function featureColumns(connection: DuckDBConnection): Promise<SealedColumn[]> {
  const reader = await connection.runAndReadAll('select count(*) from part')
  const rows = Number(reader.getRows()[0]?.[0])
  const told = new Map<string, SealedColumn['told']>()
  for (let from = 0; from < rows; from += SHAPED_ROWS)
    for (const [feature, kind] of Object.entries(await shapeOf(connection, from))) {
      const before = told.get(feature) ?? 'nothing'
      const now = toldOf(kind)
      told.set(feature, now === 'nothing' || now === before ? before : before === 'nothing' ? now : 'mixed')
    }
  return columnsOf([...told].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** What DuckDB calls the values of each feature of some rows. */
async function shapeOf(connection: DuckDBConnection, from: number): Promise<object> {
  const reader = await connection.runAndReadAll(
    `select json_group_structure(json_extract(body, '$.features')) as shape from part
     where rowid >= ${from} and rowid < ${from + SHAPED_ROWS}`,
  )
  const shape: unknown = JSON.parse(String(reader.getRows()[0]?.[0] ?? '{}'))
  return typeof shape === 'object' && shape !== null ? shape : {}
}

function columnsOf(features: readonly (readonly [string, SealedColumn['told']])[]): SealedColumn[] {
  const taken = new Set(FIXED)
  return features.map(([feature, told]) => {
    // DuckDB and some tools tell no capital letters from small ones.
    let column = feature.replaceAll('\0', '')
    for (let i = 1; taken.has(column.toLowerCase()) || column === ''; i++)
      column = `${feature.replaceAll('\0', '')}_${i}`
    taken.add(column.toLowerCase())
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
  const { from, values } = featureSource(features)
  const columns = ['seq', 'id', 'time', 'received_at', 'prediction_id', 'version', ...own[type], ...values, 'body']
  const metadata = `kv_metadata {${FEATURES_KEY}: ${quoteText(JSON.stringify(features))}}`
  // The rows were put in by their seq, and DuckDB keeps the order in which they came.
  await connection.run(
    `copy (select ${columns.join(', ')} from ${from})
     to ${quotePath(path)} (format parquet, compression zstd, ${metadata})`,
  )
}

/** SQL of columns over a table of events with their JSON in `body`. */
export const SCORE_COLUMN = `json_extract(body, '$.score')::varchar as score`
export const LABEL_COLUMN = `json_extract_string(body, '$.label') as label`

/**
 * The table `part` with its features: the JSON of a row is read once for all of them, which takes a fiftieth of the memory
 * that it takes to read it for each. Names become SQL only as quoted texts and identifiers.
 */
export function featureSource(features: readonly SealedColumn[]): { readonly from: string; readonly values: string[] } {
  const names = new Map<string, number>()
  for (const { feature } of features) names.set(feature.toLowerCase(), (names.get(feature.toLowerCase()) ?? 0) + 1)
  // Fields of a structure have names, and no two that differ in capital letters only.
  const isField = ({ feature }: SealedColumn) =>
    feature !== '' && !feature.includes('\0') && names.get(feature.toLowerCase()) === 1
  const fields = features.filter(isField)
  const shape = { features: Object.fromEntries(fields.map(({ feature, told }) => [feature, READ_AS[told]])) }
  const values = features.map((one) => {
    const name = `"${one.column.replaceAll('"', '""')}"`
    if (!isField(one)) return `try_cast(${textAt(one)} as ${one.type}) as ${name}`
    const field = `struct_extract(shaped.features, ${quoteText(one.feature)})`
    return `${one.type === 'VARCHAR' && READ_AS[one.told] === 'JSON' ? `json_extract_string(${field}, '$')` : field} as ${name}`
  })
  if (fields.length === 0) return { from: 'part', values }
  return { from: `(select *, json_transform(body, ${quoteText(JSON.stringify(shape))}) as shaped from part)`, values }
}

const READ_AS = { numbers: 'DOUBLE', flags: 'BOOLEAN', texts: 'VARCHAR', mixed: 'JSON', nothing: 'JSON' } as const

/** A pointer of JSON (RFC 6901). */
function textAt({ feature }: SealedColumn): string {
  return `json_extract_string(body, ${quoteText(`/features/${feature.replaceAll('~', '~0').replaceAll('/', '~1')}`)})`
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
