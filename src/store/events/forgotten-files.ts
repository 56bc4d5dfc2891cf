import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../base/error-text.ts'
import { removeDurably } from '../disk/durable-file.ts'
import type { EventStores } from './event-look.ts'

/** A sealed file or its manifest; the number is the partition's. */
const SEALED = /^(\d{6,})-(?:predictions|labels|feedback)\.(?:parquet|json)$/

/**
 * Removes sealed files that the database has forgotten: whoever forgot them was killed before they went. Those of a
 * partition that is just being sealed are not listed yet, and stay.
 * @returns paths below the data folder, in their order
 */
export async function removeForgottenFiles({ database, dataFolder }: EventStores): Promise<readonly string[]> {
  // First the files, then the database: what is sealed in between is seen.
  const found: { readonly path: string; readonly partition: number }[] = []
  for (const model of await namesIn(join(dataFolder, 'events')))
    for (const name of await namesIn(join(dataFolder, 'events', model))) {
      const [, partition] = SEALED.exec(name) ?? []
      if (partition !== undefined) found.push({ path: join('events', model, name), partition: Number(partition) })
    }
  const { rows: sealed } = await database.pool.query<{ number: number }>(
    'select number from event_partition where dropped_at is not null',
  )
  const { rows: listed } = await database.pool.query<{ path: string }>('select path from sealed_file')
  const done = new Set(sealed.map(({ number }) => number))
  const kept = new Set(listed.map(({ path }) => path))
  const gone = found.filter(
    ({ path, partition }) => done.has(partition) && !kept.has(path.replace(/\.json$/, '.parquet')),
  )
  for (const { path } of gone) await removeDurably(join(dataFolder, path))
  return gone.map(({ path }) => path).sort()
}

/** None where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  })
}
