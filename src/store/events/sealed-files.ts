import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { PoolClient } from 'pg'
import { Fault } from '../../base/fault.ts'
import type { EventLetter } from '../../data/event-body.ts'
import type { EventBounds, TimeSpan } from './event-bounds.ts'

/** A Parquet file of a sealed partition. */
export interface SealedFile {
  readonly partition: number
  /** Below the data folder. */
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  /** Predictions in it that correct another. Count. */
  readonly corrections: number
}

export interface SealedWanted {
  readonly type: EventLetter
  /** Only files that may hold events of this span of event time; null: all. */
  readonly within: TimeSpan | null
  readonly onlyCorrections: boolean
}

/** A feature of sealed predictions. */
export interface SealedColumn {
  readonly feature: string
  readonly column: string
  /** In SQL. VARCHAR also where values of several kinds were told; `body` has them as they were. */
  readonly type: 'DOUBLE' | 'BOOLEAN' | 'VARCHAR'
  /** Whether the column says all that the events told: numbers, truth values, texts; or of several kinds; or nothing. */
  readonly told: 'numbers' | 'flags' | 'texts' | 'mixed' | 'nothing'
}

/** Where a file itself says which feature is in which column: JSON of `SealedColumn[]` under this key of its metadata. */
export const FEATURES_KEY = 'keepfit_features'

/** Files that may hold what is wanted, in the order of arrival. */
export async function sealedFilesOf(
  client: PoolClient,
  { model, upToTime }: EventBounds,
  { type, within, onlyCorrections }: SealedWanted,
): Promise<readonly SealedFile[]> {
  const { rows } = await client.query<SealedFile>(
    `select partition, path, sha256, bytes, corrections from sealed_file
     where model = $1 and type = $2::"char" and ($3::int8 is null or newest_time >= $3) and ($4::int8 is null or first_time < $4)
       and ($5::int8 is null or first_time <= $5) and (not $6::boolean or corrections > 0)
     order by partition`,
    [model, type, within?.start ?? null, within?.end ?? null, upToTime, onlyCorrections],
  )
  return rows
}

const MOST_REMEMBERED = 10_000

/** Files whose bytes were compared with their digest by this process, with the size and time they had. */
const verified = new Map<string, string>()

/**
 * Makes sure, once a process and after every change of the file, that it holds the bytes it was sealed with.
 * @returns its path on this machine
 * @throws Fault STATE_UNREADABLE when it is gone or holds other bytes
 */
export async function verifiedPath(dataFolder: string, { path, sha256 }: SealedFile): Promise<string> {
  const whole = join(dataFolder, path)
  const found = await stat(whole).catch(() => null)
  if (found === null) throw new Fault('STATE_UNREADABLE', `the sealed events in '${path}' are gone`, { path })
  const mark = `${sha256} ${found.size} ${found.mtimeMs} ${found.ino}`
  if (verified.get(whole) === mark) return whole
  const actual = await sha256Of(whole)
  if (actual !== sha256) {
    const said = `the sealed events in '${path}' are not those that were written: their SHA-256 is ${actual}, not ${sha256}`
    throw new Fault('STATE_UNREADABLE', said, { path })
  }
  if (verified.size >= MOST_REMEMBERED) verified.clear()
  verified.set(whole, mark)
  return whole
}

/** SHA-256 of a file, hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
