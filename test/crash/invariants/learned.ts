import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { Invariant, Scene } from './invariant.ts'

interface Learning {
  readonly model: string
  readonly number: number
  readonly path: string
  readonly cut_off_at: number
  readonly known: number
}

interface Manifest {
  readonly columns: { readonly id: string; readonly time: string; readonly label: string }
  readonly newestSeq: number
  readonly train: { readonly windows: readonly { readonly startAt: number; readonly endAt: number }[] }
}

interface Row {
  readonly id: string
  readonly time: number
}

/** Snapshots that were found to be right are not read again: they never change (I8). */
const CHECKED = 'snapshot checked: '

export const learnedInTime: Invariant = {
  id: 'I13',
  holds: 'no version has learned from what came after its cut-off, or from what judged it',
  async look(scene) {
    const versions = await scene.sql<Learning>(
      `select v.model, v.number, v.snapshot_path as path, v.cut_off_at, (r.plan->>'knownSeq')::int8 as known
       from version v join run r on r.model = v.model and r.number = v.run where v.snapshot_path is not null`,
    )
    const news = versions.filter(
      ({ path }) => !scene.memory.has(CHECKED + path) && existsSync(join(scene.dataFolder, path)),
    )
    if (news.length === 0) return []
    const duck = await DuckDBInstance.create(':memory:')
    const connection = await duck.connect()
    const found: string[] = []
    try {
      for (const version of news) {
        const wrong = await wrongIn(scene, connection, version)
        if (wrong.length === 0) scene.memory.set(CHECKED + version.path, 'fine')
        found.push(...wrong)
      }
    } finally {
      connection.closeSync()
      duck.closeSync()
    }
    return found
  },
}

async function wrongIn(
  { sql, dataFolder }: Scene,
  connection: DuckDBConnection,
  { model, number, path, cut_off_at, known }: Learning,
): Promise<string[]> {
  const name = `${model}: version ${number}`
  const manifest = JSON.parse(readFileSync(join(dataFolder, path, 'manifest.json'), 'utf8')) as Manifest
  const rowsOf = async (file: string): Promise<Row[]> => {
    const whole = join(dataFolder, path, file)
    if (!existsSync(whole)) return []
    const { id, time } = manifest.columns
    const read = await connection.runAndReadAll(
      `select "${id}"::varchar as id, epoch_ms("${time}")::double as time from read_parquet('${whole.replaceAll("'", "''")}')`,
    )
    return read.getRowObjectsJS() as unknown as Row[]
  }
  const train = await rowsOf('train.parquet')
  const held = new Set((await rowsOf('held-out.parquet')).map(({ id }) => id))
  const found: string[] = []
  const say = (rows: readonly { id: string }[], what: string) => {
    if (rows.length > 0) found.push(`${name} has learned from ${rows.length} rows ${what}, such as ${rows[0]?.id}`)
  }
  say(
    train.filter(({ id }) => held.has(id)),
    'that judged it',
  )
  say(
    train.filter(({ time }) => time >= cut_off_at),
    'after its cut-off',
  )
  const { windows } = manifest.train
  say(
    train.filter(({ time }) => !windows.some(({ startAt, endAt }) => time >= startAt && time < endAt)),
    'outside its windows',
  )
  if (manifest.newestSeq > known)
    found.push(`${name} knows of event ${manifest.newestSeq}; when it was asked for there were ${known}`)
  const ids = train.map(({ id }) => id)
  const late = await sql<{ id: string }>(
    `select p.id from unnest($2::text[]) as row(id) join event p on p.model = $1 and p.type = 'p' and p.id = row.id
     where p.seq > $3 or not exists (select from event l where l.model = $1 and l.prediction_id = p.id and l.type = 'l' and l.seq <= $3)
       and not exists (select from sealed_file f where f.model = $1)`,
    [model, ids, known],
  )
  say(late, 'that nobody knew when it was asked for')
  return found
}
