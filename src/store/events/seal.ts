import { setTimeout as sleep } from 'node:timers/promises'
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
/** Whoever sends events waits as long as this does, so it is short, and tried again. */
const LOCK_WAIT = '50ms'
const LOCK_TRIES = 10
const LOCK_PAUSE_MS = 50
/** Longer than Postgres takes to end an automatic vacuum that is in somebody's way. */
const VACUUM_WAIT = '5s'

/**
 * Moves partitions that were closed and have settled into Parquet files, oldest first, and drops their tables. What is
 * acknowledged is at every moment in one of both; a crash at any point only means that it is done again.
 * @returns the numbers of the partitions that were sealed now
 */
export async function sealPartitions(stores: EventStores, { now, settledMs }: SealOptions): Promise<readonly number[]> {
  const client = await stores.database.pool.connect()
  try {
    const lock = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [SEAL_LOCK])
    const isMine = lock.rows[0]?.got === true
    const done = isMine ? await sealSettled(client, stores, { now, settledMs }) : []
    if (isMine) await client.query('select pg_advisory_unlock($1)', [SEAL_LOCK])
    client.release()
    return done
  } catch (error) {
    // With its connection the lock is gone too, and whatever transaction was open.
    client.release(true)
    throw error
  }
}

async function sealSettled(
  client: PoolClient,
  stores: EventStores,
  { now, settledMs }: SealOptions,
): Promise<readonly number[]> {
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
}

/**
 * Nobody writes to a closed partition any more, so it need not be read in one transaction: one that is open while files are
 * written would keep what is dead in all tables, and be ended by the server where that takes long.
 */
async function sealOne(
  client: PoolClient,
  { dataFolder }: EventStores,
  { number, now }: { readonly number: number; readonly now: number },
): Promise<boolean> {
  const manifests: SealManifest[] = []
  for (const part of await partsOf(client, number)) manifests.push(await writeSealed(client, dataFolder, part))
  const total = manifests.reduce((sum, { rows }) => sum + rows, 0)
  const { rows } = await client.query<{ n: number }>(`select count(*) as n from ${partitionTable(number)}`)
  assert(rows[0]?.n === total, `partition ${number} has ${rows[0]?.n} events, its files ${total}`)
  for (let tries = 1; tries <= LOCK_TRIES; tries++) {
    if (await switchOver(client, manifests, { number, now })) return true
    await sleep(LOCK_PAUSE_MS)
  }
  return false
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
  await client.query('begin; set local synchronous_commit to on')
  try {
    // A vacuum of the partition would be in the way below, where everybody waits; this lock is in no reader's way.
    await client.query(`set local lock_timeout = '${VACUUM_WAIT}'`)
    await client.query(`lock table ${partitionTable(number)} in share update exclusive mode`)
    // Before anything is written: a look that began before must end before its sealed files are listed elsewhere.
    await client.query(`set local lock_timeout = '${LOCK_WAIT}'`)
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
