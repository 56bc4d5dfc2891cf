import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { fingerprint, type Ledger, nameOf, type SentEvent } from '../ledger.ts'
import type { Invariant, Scene } from './invariant.ts'

/** Of each kind of violation so many are named. */
const MOST_NAMED = 5

export const acknowledgedEvents: Invariant = {
  id: 'I3',
  holds: 'what was acknowledged is in the log, once, as it was sent',
  async look(scene) {
    const { ledger, isThorough } = scene
    const found = await booksOf(scene)
    if (ledger === null) return found
    found.push(...ledger.contradictions.splice(0))
    found.push(...(await missingIds(scene, ledger.takeFresh())))
    if (isThorough) {
      // The service goes on: what it is promised during the look may come after the place that was read last.
      const promised = new Map(ledger.promised())
      found.push(...compare(ledger, await storedEvents(scene), 'the log', promised))
    }
    return found
  },
}

/** Tables and files must have as many events as there are ids, and the streams must have counted as many. */
async function booksOf({ sql, isThorough }: Scene): Promise<string[]> {
  const [books] = await sql<{ rows: number; ids: number; counted: number }>(
    `select (select count(*) from event) + (select coalesce(sum(rows), 0) from sealed_file)
         + (select count(*) from event_id i join event_partition p on p.number = i.partition and p.forgotten_at is not null)
         - (select coalesce(sum(f.rows), 0) from sealed_file f join event_partition p on p.number = f.partition and p.forgotten_at is not null) as rows,
       (select count(*) from event_id) as ids,
       (select coalesce(sum(predictions + labels + feedback), 0) from stream) as counted`,
  )
  if (books === undefined) return ['there are no books']
  const { rows, ids, counted } = books
  const found: string[] = []
  if (Number(rows) !== Number(ids)) found.push(`${rows} events are kept, of ${ids} ids`)
  if (Number(counted) !== Number(ids)) found.push(`the streams have counted ${counted} events, of ${ids} ids`)
  if (!isThorough) return found
  const doubled = await sql<{ said: string }>(
    `select model || ': event ' || id || ' is there ' || count(*) || ' times' as said
     from event group by model, id having count(*) > 1 limit ${MOST_NAMED}`,
  )
  return [...found, ...doubled.map(({ said }) => said)]
}

async function missingIds({ sql }: Scene, names: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (let from = 0; from < names.length; from += 5000) {
    const part = names.slice(from, from + 5000)
    const keys = part.map((name) => createHash('sha256').update(name).digest().subarray(0, 16))
    const known = await sql<{ key: Buffer }>('select key from event_id where key = any($1::bytea[])', [keys])
    const there = new Set(known.map(({ key }) => key.toString('hex')))
    for (const [i, key] of keys.entries())
      if (!there.has(key.toString('hex')))
        found.push(`${(part[i] ?? '').replace('\n', ': ')} was acknowledged, and is lost`)
  }
  return found.length <= MOST_NAMED ? found : [...found.slice(0, MOST_NAMED), `and ${found.length - MOST_NAMED} more`]
}

/** Fingerprints of what is kept; an event that is there twice has two. */
export type Kept = ReadonlyMap<string, readonly string[]>

/** Compares what was promised with what some reader has found. */
export function compare(ledger: Ledger, kept: Kept, where: string, promised = ledger.promised()): string[] {
  const counts = { lost: 0, doubled: 0, changed: 0, alien: 0 }
  const named: string[] = []
  const count = (kind: keyof typeof counts, name: string) => {
    counts[kind]++
    if (counts[kind] <= MOST_NAMED) named.push(`${name.replace('\n', ': ')} is ${kind} in ${where}`)
  }
  for (const [name, print] of promised) {
    const found = kept.get(name)
    if (found === undefined) count('lost', name)
    else if (found.length > 1) count('doubled', name)
    else if (found[0] !== print) count('changed', name)
  }
  for (const [name, found] of kept) {
    if (!ledger.wasTried(name)) count('alien', name)
    else if (found.length > 1 && !promised.has(name)) count('doubled', name)
  }
  const total = Object.entries(counts).filter(([, n]) => n > MOST_NAMED)
  return [...named, ...total.map(([kind, n]) => `${n} events are ${kind} in ${where}`)]
}

interface Stored {
  readonly model: string
  readonly type: string
  readonly id: string
  readonly time: number
  readonly prediction_id: string | null
  readonly body: string
}

const PAGE = 20_000

/** Tries to see tables and files as of one moment. */
const LOOKS = 5

/** Reads tables and Parquet files without a line of the product. */
async function storedEvents(scene: Scene): Promise<Kept> {
  for (let look = 1; ; look++) {
    const kept = new Map<string, string[]>()
    const files = await sealedFiles(scene)
    await readTables(scene, kept)
    const after = await sealedFiles(scene)
    // A partition that was sealed meanwhile would be seen in its table and in its file, or in neither.
    if (look < LOOKS && after.length !== files.length) continue
    await readFiles(scene, files, kept)
    return kept
  }
}

interface SealedFile {
  readonly model: string
  readonly type: string
  readonly path: string
}

async function sealedFiles({ sql }: Scene): Promise<readonly SealedFile[]> {
  return sql<SealedFile>('select model, type::text, path from sealed_file')
}

function keepIn(kept: Map<string, string[]>, { model, type, id, time, prediction_id, body }: Stored): void {
  const content = JSON.parse(body) as Pick<SentEvent, 'features' | 'score' | 'label'>
  const about = prediction_id === null ? {} : { predictionId: prediction_id }
  const kind = type === 'p' ? 'prediction' : 'label'
  const print = fingerprint({ type: kind, id, time: Number(time), ...about, ...content })
  const name = nameOf(model, id)
  kept.set(name, [...(kept.get(name) ?? []), print])
}

async function readTables({ sql }: Scene, kept: Map<string, string[]>): Promise<void> {
  for (let seq = 0; ; ) {
    const rows = await sql<Stored & { seq: number }>(
      `select seq, model, type::text, id, time, prediction_id, body from event where seq > $1 order by seq limit ${PAGE}`,
      [seq],
    )
    for (const row of rows) keepIn(kept, row)
    if (rows.length < PAGE) return
    seq = Number(rows.at(-1)?.seq)
  }
}

async function readFiles(
  { dataFolder }: Scene,
  files: readonly SealedFile[],
  kept: Map<string, string[]>,
): Promise<void> {
  if (files.length === 0) return
  const duck = await DuckDBInstance.create(':memory:')
  const connection = await duck.connect()
  for (const { model, type, path } of files) {
    const file = join(dataFolder, path).replaceAll("'", "''")
    const read = await connection.runAndReadAll(
      `select id, epoch_ms("time") as time, prediction_id, body from read_parquet('${file}')`,
    )
    for (const row of read.getRowObjectsJS())
      keepIn(kept, { ...(row as unknown as Stored), time: Number(row['time']), model, type })
  }
  connection.closeSync()
  duck.closeSync()
}
