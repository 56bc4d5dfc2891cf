import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { Fault } from '../../base/fault.ts'
import { type EventLetter, type StoredEvent, storedEvent } from '../../data/event-body.ts'
import { quotePath } from '../files/duck-db.ts'
import { inTransaction } from '../postgres/in-transaction.ts'
import { BEGIN_LOOK, type EventStores, SETTINGS } from './event-look.ts'
import { type SealedFile, verifiedPath } from './sealed-files.ts'
import { featureColumns, featureSource, LABEL_COLUMN, SCORE_COLUMN } from './write-sealed.ts'

export interface ExportAsked {
  readonly model: string
  /** from ≤ event time < to, ms since 1970 UTC; null: without that bound. */
  readonly from: number | null
  readonly to: number | null
}

/** An event with its place in the order of arrival. */
interface ExportedEvent extends StoredEvent {
  readonly seq: number
  readonly receivedAt: number
}

/** Each page of open events is a scan of the table: few large ones rather than many small. */
const PAGE = 10_000
const COLUMNS = 'seq, id, time, received_at, prediction_id, version, body'

/**
 * All events of a model in the order in which they came in, as lines or as Parquet.
 * @throws Fault NOT_FOUND where there is no such model
 */
export async function exportEvents(
  stores: EventStores,
  { format, ...asked }: ExportAsked & { readonly format: 'jsonl' | 'parquet' },
): Promise<AsyncIterable<Uint8Array | string>> {
  await checkModel(stores, asked.model)
  return format === 'parquet' ? exportParquet(stores, asked) : exportLines(stores, asked)
}

async function checkModel({ database }: EventStores, model: string): Promise<void> {
  const found = await database.kysely.selectFrom('model').select('name').where('name', '=', model).executeTakeFirst()
  if (found === undefined) throw new Fault('NOT_FOUND', `no model is called '${model}'`)
}

/** All events of a model as they were sent, one a line, in the order in which they came in. */
export async function* exportLines(stores: EventStores, asked: ExportAsked): AsyncGenerator<string> {
  for await (const page of exportedPages(stores, asked)) {
    yield page.map((stored) => `${JSON.stringify(sentEvent(stored))}\n`).join('')
  }
}

/** Without what was not told: it can be sent in again as it is. */
function sentEvent(stored: StoredEvent): Record<string, unknown> {
  const event: Record<string, unknown> = { ...storedEvent(stored) }
  if (stored.type === 'p' && stored.predictionId === stored.id) delete event['predictionId']
  return Object.fromEntries(Object.entries(event).filter(([key, value]) => value !== null || key === 'label'))
}

/** The same as one Parquet file with a typed column a feature. It is made as a whole before the first byte is sent. */
export async function* exportParquet(stores: EventStores, asked: ExportAsked): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'keepfit-export-'))
  try {
    const path = join(folder, 'events.parquet')
    // In a file, so that more events than fit in memory can be exported.
    const instance = await DuckDBInstance.create(join(folder, 'events.duckdb'), { ...SETTINGS, temp_directory: folder })
    try {
      const connection = await instance.connect()
      try {
        await connection.run(`create table part (seq bigint, type varchar, id varchar, time bigint, received_at bigint,
          prediction_id varchar, version integer, body varchar)`)
        const appender = await connection.createAppender('part')
        for await (const page of exportedPages(stores, asked)) {
          for (const event of page) {
            appender.appendBigInt(BigInt(event.seq))
            appender.appendVarchar(TYPES[event.type])
            appender.appendVarchar(event.id)
            appender.appendBigInt(BigInt(event.time))
            appender.appendBigInt(BigInt(event.receivedAt))
            if (event.predictionId === null) appender.appendNull()
            else appender.appendVarchar(event.predictionId)
            if (event.version === null) appender.appendNull()
            else appender.appendInteger(event.version)
            appender.appendVarchar(event.body)
            appender.endRow()
          }
        }
        appender.closeSync()
        const { from, values } = featureSource(await featureColumns(connection))
        const columns = [
          'seq',
          'type',
          'id',
          'time',
          'received_at',
          'prediction_id',
          'version',
          SCORE_COLUMN,
          LABEL_COLUMN,
        ]
        await connection.run(
          `copy (select ${[...columns, ...values, 'body'].join(', ')} from ${from} order by seq) to ${quotePath(path)}
           (format parquet, compression zstd)`,
        )
      } finally {
        connection.closeSync()
      }
    } finally {
      instance.closeSync()
    }
    yield* createReadStream(path) as AsyncIterable<Uint8Array>
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const TYPES = { p: 'prediction', l: 'label', f: 'feedback' } as const

/**
 * Page after page in the order of arrival, each asked anew: a slow reader keeps nothing from being sealed. Sequence
 * numbers rise from partition to partition, so that a page may come from a table and the next from a file.
 */
async function* exportedPages(stores: EventStores, asked: ExportAsked): AsyncGenerator<readonly ExportedEvent[]> {
  let after = -1
  for (;;) {
    const next = await nextPage(stores, asked, after)
    if (next.files.length > 0) {
      for await (const page of sealedPages(stores, asked, { files: next.files, after })) {
        after = page.at(-1)?.seq ?? after
        yield page
      }
      after = Math.max(after, next.newestSeq)
      continue
    }
    if (next.rows.length === 0) return
    after = next.rows.at(-1)?.seq ?? after
    yield next.rows
  }
}

interface NextPage {
  /** Of the oldest sealed partition that has something newer; empty where the table has it. */
  readonly files: readonly SealedFile[]
  /** Of those files. */
  readonly newestSeq: number
  readonly rows: readonly ExportedEvent[]
}

function nextPage({ database }: EventStores, asked: ExportAsked, after: number): Promise<NextPage> {
  return inTransaction(database.pool, BEGIN_LOOK, async (client) => {
    const { rows: files } = await client.query<SealedFile & { newest_seq: number }>(
      `select partition, path, sha256, bytes, newest_seq from sealed_file where model = $1 and partition = (
         select min(partition) from sealed_file where model = $1 and newest_seq > $2::int8)`,
      [asked.model, after],
    )
    const newestSeq = Math.max(-1, ...files.map(({ newest_seq }) => newest_seq))
    if (files.length > 0) return { files, newestSeq, rows: [] }
    const { rows } = await client.query<unknown[]>({
      text: `select type, ${COLUMNS} from event where model = $1 and seq > $2::int8
          and ($3::int8 is null or time >= $3) and ($4::int8 is null or time < $4) order by seq limit ${PAGE}`,
      values: [asked.model, after, asked.from, asked.to],
      rowMode: 'array',
    })
    return { files: [], newestSeq, rows: rows.map((row) => exported(asked.model, row)) }
  })
}

async function* sealedPages(
  { dataFolder }: EventStores,
  asked: ExportAsked,
  { files, after }: { readonly files: readonly SealedFile[]; readonly after: number },
): AsyncGenerator<readonly ExportedEvent[]> {
  const instance = await DuckDBInstance.create(':memory:', SETTINGS)
  const connection = await instance.connect()
  try {
    const parts: string[] = []
    for (const file of files) {
      const path = quotePath(await verifiedPath(dataFolder, file))
      parts.push(`select '${letterOf(file.path)}' as type, ${COLUMNS} from read_parquet(${path})`)
    }
    const bounds = [`seq > ${after}`]
    if (asked.from !== null) bounds.push(`time >= ${Math.trunc(asked.from)}`)
    if (asked.to !== null) bounds.push(`time < ${Math.trunc(asked.to)}`)
    const sql = `select * from (${parts.join(' union all ')}) where ${bounds.join(' and ')} order by seq`
    const result = await connection.stream(sql)
    for (;;) {
      const chunk = await result.fetchChunk()
      if (chunk === null || chunk.rowCount === 0) return
      yield chunk.getRows().map((row) => exported(asked.model, row))
    }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

function letterOf(path: string): EventLetter {
  return path.endsWith('-labels.parquet') ? 'l' : path.endsWith('-feedback.parquet') ? 'f' : 'p'
}

function exported(model: string, row: readonly unknown[]): ExportedEvent {
  const [type, seq, id, time, receivedAt, predictionId, version, body] = row
  return {
    type: type as EventLetter,
    seq: Number(seq),
    id: String(id),
    model,
    time: Number(time),
    receivedAt: Number(receivedAt),
    predictionId: predictionId === null ? null : String(predictionId),
    version: version === null ? null : Number(version),
    body: String(body),
  }
}
