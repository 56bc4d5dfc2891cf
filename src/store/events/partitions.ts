import type { PoolClient } from 'pg'
import { MS_PER_DAY } from '../../base/units.ts'
import type { Database } from '../postgres/database.ts'
import { inTransaction } from '../postgres/in-transaction.ts'

/** Key of the advisory lock: shared by whoever writes events, alone by whoever closes a partition. */
export const PARTITION_LOCK = 4_711_001

export interface PartitionLimits {
  /** Rows, about, after which a partition is closed. */
  readonly rows: number
  readonly bytes: number
  /** Milliseconds since it was opened. */
  readonly ageMs: number
}

export const PARTITION_LIMITS: PartitionLimits = { rows: 1_000_000, bytes: 512 * 2 ** 20, ageMs: MS_PER_DAY }

/** How long closing waits for writers under way before it leaves it for later. */
const LOCK_WAIT = '3s'

/** Opens the first partition, or the next after `closed`; nothing when another process did so meanwhile. */
export async function openPartition(database: Database, now: number): Promise<void> {
  await alone(database, async (client) => {
    await openNext(client, now)
  })
}

/**
 * Closes the open partition and opens the next when it has reached a limit. An empty partition is never closed.
 * @returns the number of the one that was closed, or null
 */
export async function rotatePartition(
  database: Database,
  { now, limits = PARTITION_LIMITS }: { readonly now: number; readonly limits?: PartitionLimits },
): Promise<number | null> {
  const open = await openPartitionRow(database.pool)
  if (open === undefined || !(await isFull(database, open, { now, limits }))) return null
  return alone(database, async (client) => {
    const current = await openPartitionRow(client)
    if (current?.number !== open.number) return null
    await client.query('update event_partition set closed_at = $2 where number = $1', [open.number, now])
    await openNext(client, now)
    return open.number
  })
}

interface OpenRow {
  readonly number: number
  readonly opened_at: number
}

async function openPartitionRow(on: Pick<PoolClient, 'query'>): Promise<OpenRow | undefined> {
  const { rows } = await on.query<OpenRow>('select number, opened_at from event_partition where closed_at is null')
  return rows[0]
}

async function isFull(
  { pool }: Database,
  open: OpenRow,
  { now, limits }: { readonly now: number; readonly limits: PartitionLimits },
): Promise<boolean> {
  const table = partitionTable(open.number)
  const { rows } = await pool.query<{ bytes: number; rows: number }>(
    `select pg_total_relation_size('${table}')::int8 as bytes,
      (select count(*) from (select 1 from ${table} limit ${limits.rows}) as t)::int8 as rows`,
  )
  const size = rows[0] ?? { bytes: 0, rows: 0 }
  if (size.rows === 0) return false
  return size.rows >= limits.rows || size.bytes >= limits.bytes || now - open.opened_at >= limits.ageMs
}

/** Makes the next partition's table, unless one is open. CREATE … PARTITION OF would lock readers out; ATTACH does not. */
async function openNext(client: PoolClient, now: number): Promise<void> {
  if ((await openPartitionRow(client)) !== undefined) return
  const { rows } = await client.query<{ next: number }>(
    'select coalesce(max(number), 0) + 1 as next from event_partition',
  )
  const next = rows[0]?.next ?? 1
  const table = partitionTable(next)
  await client.query(`create table ${table} (like event including all)`)
  await client.query(`alter table event attach partition ${table} for values in (${next})`)
  await client.query('insert into event_partition (number, opened_at) values ($1, $2)', [next, now])
}

function alone<T>({ pool }: Database, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const begin = `begin; set local lock_timeout = '${LOCK_WAIT}'; select pg_advisory_xact_lock(${PARTITION_LOCK})`
  return inTransaction(pool, begin, work)
}

/** The table of a partition: a name of ours, safe in SQL. */
export function partitionTable(number: number): string {
  return `event_${Math.trunc(number)}`
}
