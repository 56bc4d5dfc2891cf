import type { PoolClient } from 'pg'
import type { KeepfitEvent } from '../../data/event.ts'
import type { Database } from '../postgres/database.ts'
import { inTransaction } from '../postgres/in-transaction.ts'
import { type EncodedEvent, encodeEvent } from './event-batch.ts'
import { insertEvents, readKnown, type StreamGain } from './insert-events.ts'
import { openPartition, PARTITION_LOCK } from './partitions.ts'
import { isConflictOfLocks, writeFault } from './write-fault.ts'

/** What became of one event. */
export type EventOutcome = 'accepted' | 'repeated' | 'conflict' | 'unknown-model'

export interface Appended {
  readonly accepted: number
  /** Were there already, with the same content. */
  readonly repeated: number
  /** Have an id that was used for other content; nothing of them was written. */
  readonly conflicts: readonly { readonly index: number; readonly id: string }[]
  /** Are of a model that nobody has declared; nothing of them was written. */
  readonly unknown: readonly { readonly index: number; readonly model: string }[]
  /** Of the events that were written now; null when none were. */
  readonly newestSeq: number | null
}

/** An event may be this far ahead of our clock and still move its stream's newest time. */
export const FUTURE_TOLERANCE_MS = 5 * 60_000

/**
 * Takes events in durably, in one transaction: when this returns, they survive a crash. The same event again changes
 * nothing; an id that was used with other content is a conflict, and the rest of the batch is written all the same.
 * @param events any number, of any models, in any order; of equal ids the first counts
 * @param now ms since 1970 UTC
 * @throws Fault DISK_FULL, DATABASE_UNAVAILABLE: nothing of the batch may be taken as written; sending it again is safe
 */
export async function appendEvents(
  database: Database,
  events: readonly KeepfitEvent[],
  { now }: { readonly now: number },
): Promise<Appended> {
  const { outcomes, newestSeq } = await appendEncoded(database, events.map(encodeEvent), now)
  return summary(events, outcomes, newestSeq)
}

/** The same in numbers and lists: what the sender is told. */
export function summary(
  events: readonly KeepfitEvent[],
  outcomes: readonly EventOutcome[],
  newestSeq: number | null,
): Appended {
  const where = (wanted: EventOutcome) => [...outcomes.keys()].filter((index) => outcomes[index] === wanted)
  return {
    accepted: where('accepted').length,
    repeated: where('repeated').length,
    conflicts: where('conflict').map((index) => ({ index, id: events[index]?.id ?? '' })),
    unknown: where('unknown-model').map((index) => ({ index, model: events[index]?.model ?? '' })),
    newestSeq,
  }
}

export interface AppendedBatch {
  readonly outcomes: readonly EventOutcome[]
  readonly newestSeq: number | null
}

/**
 * On disk when it ends, whatever the server's default says; with the partition held open. Ids are looked up one by one in
 * their index: a plan for a batch of unknown size would read all ids there are, for a single event too.
 */
const BEGIN = `begin; set local synchronous_commit to on; set local enable_seqscan to off;
  set local enable_hashjoin to off; set local enable_mergejoin to off;
  select pg_advisory_xact_lock_shared(${PARTITION_LOCK});
  select number from event_partition where closed_at is null`

/** `appendEvents` for events that were encoded before. */
export async function appendEncoded(
  database: Database,
  events: readonly EncodedEvent[],
  now: number,
): Promise<AppendedBatch> {
  if (events.length === 0) return { outcomes: [], newestSeq: null }
  return durably(database, now, (client, partition) => writeEvents(client, events, { partition, now }))
}

/**
 * Does `work` in one transaction while the open partition is held open, and again when locks were in its way: when this
 * returns, it survives a crash.
 * @throws Fault DISK_FULL, DATABASE_UNAVAILABLE
 */
export async function durably<T extends object>(
  database: Database,
  now: number,
  work: (client: PoolClient, partition: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      const done = await inTransaction(database.pool, BEGIN, async (client, begun) => {
        const partition: number | undefined = begun.at(-1)?.rows[0]?.number
        return partition === undefined ? undefined : work(client, partition)
      })
      if (done !== undefined) return done
      await openPartition(database, now)
    } catch (error) {
      if (attempt >= 3 || !isConflictOfLocks(error)) throw writeFault(error)
    }
  }
}

/**
 * Holds the partition open, then the streams of all models of the batch in the order of their names: no two batches can
 * wait for each other, and sequence numbers of a model become visible in their order.
 */
export async function writeEvents(
  client: PoolClient,
  events: readonly EncodedEvent[],
  { partition, now }: { readonly partition: number; readonly now: number },
): Promise<AppendedBatch> {
  const known = await lockStreams(client, [...new Set(events.map(({ event }) => event.model))])
  const outcomes = await judge(client, events, known)
  const fresh = events.filter((_, i) => outcomes[i] === 'accepted')
  if (fresh.length === 0) return { outcomes, newestSeq: null }
  const newestSeq = await insertEvents(client, fresh, { partition, gains: gainsOf(fresh, now), now })
  return { outcomes, newestSeq }
}

/** Holds the streams of models until the transaction ends. @returns the models that exist */
export async function lockStreams(client: PoolClient, models: readonly string[]): Promise<ReadonlySet<string>> {
  const lock = async () => {
    const { rows } = await client.query<{ model: string }>({
      name: 'keepfit-lock-streams',
      text: 'select model from stream where model = any($1::text[]) order by model for update',
      values: [models],
    })
    return new Set(rows.map(({ model }) => model))
  }
  const held = await lock()
  if (models.every((model) => held.has(model))) return held
  await client.query(
    'insert into stream (model) select name from model where name = any($1::text[]) order by name on conflict do nothing',
    [models.filter((model) => !held.has(model))],
  )
  return lock()
}

async function judge(
  client: PoolClient,
  events: readonly EncodedEvent[],
  models: ReadonlySet<string>,
): Promise<EventOutcome[]> {
  const stored = await readKnown(client, Buffer.concat(events.flatMap(({ key, hash }) => [key, hash])))
  const seen = new Map<string, Buffer>()
  return events.map(({ event, key, hash }, i) => {
    if (!models.has(event.model)) return 'unknown-model'
    const name = key.toString('latin1')
    const before = stored.get(i) ?? seen.get(name)
    if (before !== undefined) return before.equals(hash) ? 'repeated' : 'conflict'
    seen.set(name, hash)
    return 'accepted'
  })
}

function gainsOf(events: readonly EncodedEvent[], now: number): StreamGain[] {
  const gains = new Map<string, StreamGain>()
  for (const { event } of events) {
    const before = gains.get(event.model)
    const isFuture = event.time > now + FUTURE_TOLERANCE_MS
    const times = [before?.firstTime, before?.newestTime, isFuture ? null : event.time].filter(
      (t) => typeof t === 'number',
    )
    gains.set(event.model, {
      model: event.model,
      predictions: (before?.predictions ?? 0) + Number(event.type === 'prediction'),
      labels: (before?.labels ?? 0) + Number(event.type === 'label'),
      feedback: (before?.feedback ?? 0) + Number(event.type === 'feedback'),
      firstTime: times.length === 0 ? null : Math.min(...times),
      newestTime: times.length === 0 ? null : Math.max(...times),
    })
  }
  return [...gains.values()]
}
