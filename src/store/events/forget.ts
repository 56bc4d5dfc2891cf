import { join } from 'node:path'
import { removeDurably } from '../disk/durable-file.ts'
import type { EventStores } from './event-look.ts'
import { removeForgottenFiles } from './forgotten-files.ts'

/** How long the events of one model are kept. */
export interface ModelRetention {
  /** Sealed events whose newest event time is older than this are forgotten; null: none for their age. Milliseconds. */
  readonly maxAgeMs: number | null
  /** Sealed files beyond this are forgotten, oldest first; null: none for their size. Bytes. */
  readonly maxBytes: number | null
  /** Nothing of this event time or newer is forgotten, since a window that is needed holds it. Ms since 1970 UTC. */
  readonly keepFrom: number
}

export interface Retention {
  readonly now: number
  /** By name. A model that is left out keeps all. */
  readonly models: ReadonlyMap<string, ModelRetention>
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
 * that nobody reads, and that goes the next time.
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
  await removeForgottenFiles(stores)
  return going.map(({ path }) => path)
}

/** Which of the files, oldest first. */
export function filesToForget<T extends Pick<KeptFile, 'model' | 'bytes' | 'newest_time'>>(
  files: readonly T[],
  { now, models }: Retention,
): T[] {
  const left = new Map<string, number>()
  for (const { model, bytes } of files) left.set(model, (left.get(model) ?? 0) + bytes)
  return files.filter(({ model, bytes, newest_time }) => {
    const asked = models.get(model)
    if (asked === undefined || newest_time >= asked.keepFrom) return false
    const size = left.get(model) ?? 0
    const isOld = asked.maxAgeMs !== null && newest_time < now - asked.maxAgeMs
    const isTooMuch = asked.maxBytes !== null && size > asked.maxBytes
    if (!isOld && !isTooMuch) return false
    left.set(model, size - bytes)
    return true
  })
}
