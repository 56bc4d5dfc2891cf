import type { PoolClient } from 'pg'
import { assert } from '../../base/assert.ts'
import type { EventLetter } from '../../data/event-body.ts'
import type { EventStores } from './event-look.ts'
import { partitionTable } from './partitions.ts'
import { type SealManifest, type SealPart, writeSealed } from './write-sealed.ts'

export interface SealOptions {
  readonly now: number
  /** Leaves partitions alone that were closed so recently: their windows are still asked for often. Milliseconds. */
  readonly settledMs: number
}

/** Only one process seals at a time. */
const SEAL_LOCK = 4_711_002
const LOCK_WAIT = '1s'

/**
 * Moves partitions that were closed and have settled into Parquet files, oldest first, and drops their tables. What is
 * acknowledged is at every moment in one of both; a crash at any point only means that it is done again.
 * @returns the numbers of the partitions that were sealed now
 */
export async function sealPartitions(stores: EventStores, { now, settledMs }: SealOptions): Promise<readonly number[]> {
  const client = await stores.database.pool.connect()
  try {
    const lock = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [SEAL_LOCK])
    if (lock.rows[0]?.got !== true) return []
    try {
      const { rows } = await client.query<{ number: number }>(
        // Never past one that seems to be too young, as where the clock has stepped back: readers go on in this order.
        `select number from event_partition p where closed_at <= $1 and dropped_at is null and not exists (
           select from event_partition e where e.number < p.number and e.closed_at > $1 and e.dropped_at is null) order by number`,
        [now - settledMs],
      )
      const done: number[] = []
      for (const { number } of rows) {
        if (!(await sealOne(client, stores, { number, now }))) break
        done.push(number)
      }
      return done
    } finally {
      await client.query('select pg_advisory_unlock($1)', [SEAL_LOCK])
    }
  } finally {
    client.release()
  }
}

async function sealOne(
  client: PoolClient,
  { dataFolder }: EventStores,
  { number, now }: { readonly number: number; readonly now: number },
): Promise<boolean> {
  const manifests: SealManifest[] = []
  await client.query('begin')
  try {
    for (const part of await partsOf(client, number)) manifests.push(await writeSealed(client, dataFolder, part))
    const total = manifests.reduce((sum, { rows }) => sum + rows, 0)
    const { rows } = await client.query<{ n: number }>(`select count(*) as n from ${partitionTable(number)}`)
    assert(rows[0]?.n === total, `partition ${number} has ${rows[0]?.n} events, its files ${total}`)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
  return switchOver(client, manifests, { number, now })
}

async function partsOf(client: PoolClient, partition: number): Promise<SealPart[]> {
  const { rows } = await client.query<{ model: string; type: EventLetter }>(
    `select distinct model, type from ${partitionTable(partition)} order by model, type`,
  )
  return rows.map(({ model, type }) => ({ partition, model, type }))
}

/** From the table to the files, for all readers at once; false where readers kept the table for too long. */
async function switchOver(
  client: PoolClient,
  manifests: readonly SealManifest[],
  { number, now }: { readonly number: number; readonly now: number },
): Promise<boolean> {
  await client.query(`begin; set local synchronous_commit to on; set local lock_timeout = '${LOCK_WAIT}'`)
  try {
    // First the lock: a look that began before must end before its sealed files are listed elsewhere.
    await client.query('lock table event in access exclusive mode')
    for (const file of manifests) {
      await client.query(
        `insert into sealed_file
           (partition, model, type, path, sha256, bytes, rows, first_time, newest_time, newest_seq, corrections)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          number,
          file.model,
          file.type,
          file.path,
          file.sha256,
          file.bytes,
          file.rows,
          file.firstTime,
          file.newestTime,
          file.newestSeq,
          file.corrections,
        ],
      )
    }
    await client.query('update event_partition set sealed_at = $2, dropped_at = $2 where number = $1', [number, now])
    await client.query(`drop table ${partitionTable(number)}`)
    await client.query('commit')
    return true
  } catch (error) {
    await client.query('rollback')
    if (error instanceof Error && 'code' in error && error.code === '55P03') return false
    throw error
  }
}
