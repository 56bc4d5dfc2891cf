import type { PoolClient } from 'pg'
import { type EncodedEvent, packEvents } from './event-batch.ts'

/** What one model's stream gains by a batch. */
export interface StreamGain {
  readonly model: string
  readonly predictions: number
  readonly labels: number
  readonly feedback: number
  /** Oldest and newest event time that is not in the future; null where all are. */
  readonly firstTime: number | null
  readonly newestTime: number | null
}

/** Which of the events are known already, by their place in `digests`, with the hash they were stored under. */
export async function readKnown(client: PoolClient, digests: Buffer): Promise<ReadonlyMap<number, Buffer>> {
  const { rows } = await client.query<{ at: number; hash: Buffer }>({
    name: 'keepfit-known-events',
    text: `select i as at, known.hash from generate_series(0, $2::int - 1) as i
      join event_id as known on known.key = substring($1::bytea from i * 32 + 1 for 16)`,
    values: [digests, digests.length / 32],
  })
  return new Map(rows.map(({ at, hash }) => [at, hash]))
}

/**
 * Writes new events, their ids and the gain of each stream, and wakes whoever listens, in one statement.
 * @returns the newest sequence number
 */
export async function insertEvents(
  client: PoolClient,
  events: readonly EncodedEvent[],
  { partition, gains, now }: { partition: number; gains: readonly StreamGain[]; now: number },
): Promise<number> {
  const packed = packEvents(events)
  const { rows } = await client.query<{ seq: number }>({
    name: 'keepfit-insert-events',
    text: INSERT,
    values: [
      packed.digests,
      packed.texts,
      packed.models,
      packed.modelAt,
      packed.letters,
      packed.times,
      packed.versions,
      packed.starts,
      packed.idBytes,
      packed.predictionBytes,
      packed.bodyBytes,
      partition,
      now,
      gains.map(({ model }) => model),
      gains.map(({ predictions }) => predictions),
      gains.map(({ labels }) => labels),
      gains.map(({ feedback }) => feedback),
      gains.map(({ firstTime }) => firstTime),
      gains.map(({ newestTime }) => newestTime),
    ],
  })
  return Math.max(...rows.map(({ seq }) => seq))
}

const INSERT = `
  with ids as (
    insert into event_id (key, hash, partition)
    select substring($1::bytea from i * 32 + 1 for 16), substring($1::bytea from i * 32 + 17 for 16), $12::int
    from generate_series(0, length($1::bytea) / 32 - 1) as i
  ), written as (
    insert into event (partition, model, type, id, time, received_at, prediction_id, version, body)
    select $12::int, ($3::text[])[m], chr(t)::"char", convert_from(substring($2::bytea from s for a), 'UTF8'), at, $13::int8,
      case when b >= 0 then convert_from(substring($2::bytea from s + a for b), 'UTF8') end, v,
      convert_from(substring($2::bytea from s + a + greatest(b, 0) for c), 'UTF8')
    from unnest($4::int[], $5::int[], $6::int8[], $7::int[], $8::int[], $9::int[], $10::int[], $11::int[])
      with ordinality as e(m, t, at, v, s, a, b, c, place)
    order by place
    returning model, seq
  ), newest as (
    select model, max(seq) as seq from written group by model
  )
  update stream set
    predictions = stream.predictions + gain.p,
    labels = stream.labels + gain.l,
    feedback = stream.feedback + gain.f,
    first_time = least(stream.first_time, gain.first),
    newest_time = greatest(stream.newest_time, gain.newest),
    newest_seq = newest.seq,
    last_received_at = $13::int8
  from newest
  join unnest($14::text[], $15::int[], $16::int[], $17::int[], $18::int8[], $19::int8[])
    as gain(model, p, l, f, first, newest) on gain.model = newest.model
  where stream.model = newest.model
  returning newest.seq as seq, pg_notify('keepfit_events', stream.model)
`
