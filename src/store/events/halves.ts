import { hash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { assert } from '../../base/assert.ts'
import { Fault } from '../../base/fault.ts'
import type { PredictionEvent } from '../../data/event.ts'
import { canonicalJson } from '../../data/event-body.ts'
import { type InferenceHalf, joinHalves } from '../../data/inference.ts'
import type { Database } from '../postgres/database.ts'
import { inTransaction } from '../postgres/in-transaction.ts'
import { durably, lockStreams, writeEvents } from './append.ts'
import { encodeEvent } from './event-batch.ts'

/** What became of one half: `accepted` is durable, be it that it waits or that its pair became predictions. */
export type HalfOutcome = 'accepted' | 'repeated' | 'conflict' | 'unknown-model' | { readonly refused: string }

export interface AppendedHalves {
  readonly outcomes: readonly HalfOutcome[]
  /** Of the predictions that were written now; null when none were. */
  readonly newestSeq: number | null
}

interface EncodedHalf {
  readonly half: InferenceHalf
  readonly body: string
  /** Of model, id and side; and of what the half says. */
  readonly key: Buffer
  readonly hash: Buffer
  /** What both halves have in common. */
  readonly pair: string
}

const DIGEST_BYTES = 16

/**
 * Takes halves of predictions in durably, in one transaction: the first of a pair waits, the second takes it away and
 * writes the predictions of both. The same half again changes nothing, also long after its pair was joined.
 * @throws Fault DISK_FULL, DATABASE_UNAVAILABLE: nothing may be taken as written; sending it again is safe
 */
export async function appendHalves(
  database: Database,
  halves: readonly InferenceHalf[],
  { now }: { readonly now: number },
): Promise<AppendedHalves> {
  if (halves.length === 0) return { outcomes: [], newestSeq: null }
  const encoded = halves.map(encodeHalf)
  return durably(database, now, async (client, partition) => {
    // Two halves of a pair are of one model: whoever holds its stream sees all that came before.
    const models = await lockStreams(client, [...new Set(halves.map(({ model }) => model))])
    const desk = await deskOf(client, encoded)
    const outcomes: HalfOutcome[] = []
    let newestSeq: number | null = null
    for (const one of encoded) {
      if (!models.has(one.half.model)) {
        outcomes.push('unknown-model')
        continue
      }
      const joined = desk.take(one)
      if (!('predictions' in joined)) {
        outcomes.push(joined.outcome)
        continue
      }
      const written = await writeEvents(client, joined.predictions.map(encodeEvent), { partition, now })
      newestSeq = written.newestSeq ?? newestSeq
      const isTaken = written.outcomes.every((outcome) => outcome === 'accepted' || outcome === 'repeated')
      if (isTaken) desk.settle(one)
      outcomes.push(isTaken ? 'accepted' : 'conflict')
    }
    await desk.save(now)
    return { outcomes, newestSeq }
  })
}

function encodeHalf(half: InferenceHalf): EncodedHalf {
  const { model, id, side, time, rows } = half
  const body = canonicalJson(rows)
  const digest = (text: string) => hash('sha256', text, 'buffer').subarray(0, DIGEST_BYTES)
  const pair = `${model}\n${id}`
  return { half, body, pair, key: digest(`${pair}\n${side}`), hash: digest(`${time}\n${body}`) }
}

/** What is known of the pairs of one transaction. */
interface Desk {
  take(one: EncodedHalf): { readonly outcome: HalfOutcome } | { readonly predictions: readonly PredictionEvent[] }
  /** The predictions of its pair are written. */
  settle(one: EncodedHalf): void
  save(now: number): Promise<void>
}

async function deskOf(client: PoolClient, encoded: readonly EncodedHalf[]): Promise<Desk> {
  const seen = await readSeen(client, encoded)
  const stored = await readWaiting(client, encoded)
  const waiting = new Map(stored)
  const fresh: EncodedHalf[] = []
  const remember = (one: EncodedHalf) => {
    seen.set(one.key.toString('latin1'), one.hash)
    fresh.push(one)
  }
  return {
    take(one) {
      const before = seen.get(one.key.toString('latin1'))
      if (before !== undefined) return { outcome: before.equals(one.hash) ? 'repeated' : 'conflict' }
      const other = waiting.get(one.pair)
      if (other === undefined) {
        waiting.set(one.pair, one.half)
        remember(one)
        return { outcome: 'accepted' }
      }
      try {
        return { predictions: joinHalves(one.half, other) }
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        return { outcome: { refused: error.message } }
      }
    },
    settle(one) {
      waiting.delete(one.pair)
      remember(one)
    },
    async save(now) {
      const gone = [...stored.entries()].filter(([pair]) => !waiting.has(pair)).map(([, half]) => half)
      const kept = fresh.filter(({ pair, half }) => waiting.get(pair) === half)
      if (gone.length > 0) {
        await client.query(
          'delete from event_half using unnest($1::text[], $2::text[]) as gone(model, id) where event_half.model = gone.model and event_half.id = gone.id',
          [gone.map(({ model }) => model), gone.map(({ id }) => id)],
        )
      }
      if (kept.length > 0) {
        await client.query(
          `insert into event_half (model, id, side, time, received_at, body)
           select model, id, side, time, $6, body
           from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::text[]) as kept(model, id, side, time, body)`,
          [
            kept.map(({ half }) => half.model),
            kept.map(({ half }) => half.id),
            kept.map(({ half }) => half.side),
            kept.map(({ half }) => half.time),
            kept.map(({ body }) => body),
            now,
          ],
        )
      }
      if (fresh.length === 0) return
      await client.query('insert into event_half_seen (key, hash) select * from unnest($1::bytea[], $2::bytea[])', [
        fresh.map(({ key }) => key),
        fresh.map((one) => one.hash),
      ])
    },
  }
}

async function readSeen(client: PoolClient, encoded: readonly EncodedHalf[]): Promise<Map<string, Buffer>> {
  const { rows } = await client.query<{ key: Buffer; hash: Buffer }>(
    'select key, hash from event_half_seen where key = any($1::bytea[])',
    [encoded.map(({ key }) => key)],
  )
  return new Map(rows.map((row) => [row.key.toString('latin1'), row.hash]))
}

interface HalfRow {
  readonly model: string
  readonly id: string
  readonly side: string
  readonly time: number
  readonly body: string
}

async function readWaiting(client: PoolClient, encoded: readonly EncodedHalf[]): Promise<Map<string, InferenceHalf>> {
  const { rows } = await client.query<HalfRow>(
    `select h.model, h.id, h.side, h.time, h.body from event_half as h
     join (select distinct * from unnest($1::text[], $2::text[])) as asked(model, id)
       on h.model = asked.model and h.id = asked.id`,
    [encoded.map(({ half }) => half.model), encoded.map(({ half }) => half.id)],
  )
  return new Map(
    rows.map(({ model, id, side, time, body }) => {
      assert(side === 'request' || side === 'response', 'a half has a side')
      return [`${model}\n${id}`, { model, id, side, time, rows: JSON.parse(body) } as InferenceHalf]
    }),
  )
}

/**
 * Takes halves away whose other half has not come for so long; the streams keep count.
 * @param olderThan halves that came before. Ms since 1970 UTC
 * @returns how many of each model
 */
export function expireHalves(database: Database, olderThan: number): Promise<ReadonlyMap<string, number>> {
  return inTransaction(database.pool, 'begin', async (client) => {
    const { rows: due } = await client.query<{ model: string }>(
      'select distinct model from event_half where received_at < $1',
      [olderThan],
    )
    if (due.length === 0) return new Map()
    // The streams first, as whoever writes events does: else each would wait for the other.
    await lockStreams(
      client,
      due.map(({ model }) => model),
    )
    const { rows } = await client.query<{ model: string; count: number }>(
      `with gone as (delete from event_half where received_at < $1 and model = any($2::text[]) returning model),
         counted as (select model, count(*) as count from gone group by model)
       update stream set expired_halves = expired_halves + counted.count from counted where stream.model = counted.model
       returning stream.model, counted.count`,
      [olderThan, due.map(({ model }) => model)],
    )
    return new Map(rows.map(({ model, count }) => [model, count]))
  })
}
