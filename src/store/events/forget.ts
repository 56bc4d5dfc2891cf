import { join } from 'node:path'
import { removeDurably } from '../disk/durable-file.ts'
import type { EventStores } from './event-look.ts'

export interface Retention {
  readonly now: number
  /** Sealed events whose newest event time is older than this are forgotten; null: none for their age. Milliseconds. */
  readonly maxAgeMs: number | null
  /** Sealed files beyond this are forgotten, oldest first; null: none for their size. Bytes. */
  readonly maxBytes: number | null
  /** Of each model: nothing of this event time or newer is forgotten, since a window that is needed holds it. A model that is left out keeps all. */
  readonly keepFrom: ReadonlyMap<string, number>
}

interface KeptFile {
  readonly partition: number
  readonly model: string
  readonly type: string
  readonly path: string
  readonly bytes: number
  readonly newest_time: number
}

/**
 * Takes sealed files away, oldest partition first, that are too old or too many. Whose ids were seen is still known, so
 * that a late repeat is no new event. First the database forgets, then the file goes: a crash between leaves a file
 * that nobody reads.
 * @returns paths of the files that were taken away
 */
export async function forgetEvents(stores: EventStores, retention: Retention): Promise<readonly string[]> {
  const { pool } = stores.database
  const { rows } = await pool.query<KeptFile>(
    'select partition, model, type, path, bytes, newest_time from sealed_file order by partition, model, type',
  )
  const going = filesToForget(rows, retention)
  for (const { partition, model, type, path } of going) {
    await pool.query('delete from sealed_file where partition = $1 and model = $2 and type = $3::"char"', [
      partition,
      model,
      type,
    ])
    await removeDurably(join(stores.dataFolder, path))
    await removeDurably(join(stores.dataFolder, path.replace(/\.parquet$/, '.json')))
  }
  await pool.query(
    `update event_partition set forgotten_at = $1 where dropped_at is not null and forgotten_at is null
       and not exists (select 1 from sealed_file where sealed_file.partition = event_partition.number)`,
    [retention.now],
  )
  return going.map(({ path }) => path)
}

/** Which of the files, oldest first. */
export function filesToForget<T extends Pick<KeptFile, 'model' | 'bytes' | 'newest_time'>>(
  files: readonly T[],
  { now, maxAgeMs, maxBytes, keepFrom }: Retention,
): T[] {
  let left = files.reduce((sum, { bytes }) => sum + bytes, 0)
  return files.filter(({ model, bytes, newest_time }) => {
    const isNeeded = newest_time >= (keepFrom.get(model) ?? Number.NEGATIVE_INFINITY)
    const isOld = maxAgeMs !== null && newest_time < now - maxAgeMs
    const isTooMuch = maxBytes !== null && left > maxBytes
    if (isNeeded || !(isOld || isTooMuch)) return false
    left -= bytes
    return true
  })
}
