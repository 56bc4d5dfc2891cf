import { randomUUID } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import type { Message, MessageEvent } from '../../base/message.ts'
import { withoutPlaces } from '../../base/places.ts'
import type { Row, Tables } from '../postgres/tables.ts'

/**
 * Writes what is to be told, one row a target, in the transaction that makes it true: told if and only if it happened.
 * Its sentences leave this machine: where a run failed over a file, they say which, but not where it stands.
 * @param targets names of the targets that want to hear of the event; none: nothing is written
 */
export async function enqueueMessage(
  trx: Kysely<Tables>,
  given: {
    readonly model: string
    readonly event: MessageEvent
    readonly targets: readonly string[]
    readonly body: Readonly<Record<string, unknown>>
    readonly now: Instant
  },
): Promise<void> {
  const targets = [...new Set(given.targets)]
  if (targets.length === 0) return
  const rows = targets.map((target) => ({
    message_id: `msg_${randomUUID().replaceAll('-', '')}`,
    model: given.model,
    event: given.event,
    target,
    body: JSON.stringify(outside(given.body)),
    written_at: given.now,
    due_at: given.now,
    due_since: given.now,
    delivered_at: null,
    given_up_at: null,
    last_error: null,
  }))
  await trx.insertInto('outbox').values(rows).execute()
}

function outside(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const told = Object.entries(body).map(([key, value]) => [
    key,
    typeof value === 'string' ? withoutPlaces(value) : value,
  ])
  return Object.fromEntries(told)
}

/** A message that one process tries to deliver now. */
export interface ClaimedMessage extends Message {
  /** Of the row. */
  readonly row: number
}

/**
 * Takes messages that are due, the oldest first: of each model and target only the oldest that is still undelivered, so
 * that they arrive in order. What is taken is left alone by others until the lease ends; if it is not settled by then,
 * somebody takes it again. What was put off at a moment that is yet to come is due: the clock has stepped back since.
 * @returns at most `limit`
 */
export async function claimMessages(
  db: Kysely<Tables>,
  { now, leaseMs, limit }: { readonly now: Instant; readonly leaseMs: number; readonly limit: number },
): Promise<readonly ClaimedMessage[]> {
  const { rows } = await sql<Row<'outbox'>>`
    update outbox set attempts = attempts + 1, due_at = ${now + leaseMs}, due_since = ${now}
    where id in (
      select id from outbox mine
      where delivered_at is null and given_up_at is null and (due_at <= ${now} or due_since > ${now}) and not exists (
        select from outbox older
        where older.id < mine.id and older.target = mine.target and older.model is not distinct from mine.model
          and older.delivered_at is null and older.given_up_at is null
      )
      order by due_at, id limit ${limit} for update skip locked
    )
    returning *`.execute(db)
  return rows
    .sort((a, b) => a.id - b.id)
    .map((row) => ({
      row: row.id,
      id: row.message_id,
      model: row.model ?? '',
      event: row.event as MessageEvent,
      target: row.target,
      body: row.body as Readonly<Record<string, unknown>>,
      writtenAt: row.written_at,
      attempt: row.attempts,
    }))
}

/** The target has it. */
export async function markDelivered(db: Kysely<Tables>, row: number, now: Instant): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ delivered_at: now, last_error: null })
    .where('id', '=', row)
    .where('delivered_at', 'is', null)
    .execute()
}

/** The attempt failed. Whoever took the message since is not disturbed. */
export async function markFailed(
  db: Kysely<Tables>,
  { row, attempt }: ClaimedMessage,
  outcome:
    | { readonly why: string; readonly dueAt: Instant; readonly now: Instant }
    | { readonly why: string; readonly givenUpAt: Instant },
): Promise<void> {
  const next =
    'dueAt' in outcome ? { due_at: outcome.dueAt, due_since: outcome.now } : { given_up_at: outcome.givenUpAt }
  await db
    .updateTable('outbox')
    .set({ last_error: outcome.why, ...next })
    .where('id', '=', row)
    .where('attempts', '=', attempt)
    .where('delivered_at', 'is', null)
    .execute()
}

/**
 * Removes messages that were delivered or given up before `settledBefore` (ms since 1970 UTC).
 * @returns how many. Count
 */
export async function forgetMessages(db: Kysely<Tables>, settledBefore: Instant): Promise<number> {
  const gone = await db
    .deleteFrom('outbox')
    .where((row) => row.or([row('delivered_at', '<', settledBefore), row('given_up_at', '<', settledBefore)]))
    .executeTakeFirst()
  return Number(gone.numDeletedRows)
}

/** What still waits to be told or was given up, the oldest first: for people. */
export async function listUntold(db: Kysely<Tables>, model: string | null = null, limit = 100) {
  return db
    .selectFrom('outbox')
    .select(['message_id as id', 'model', 'event', 'target', 'written_at as writtenAt', 'attempts', 'due_at as dueAt'])
    .select(['given_up_at as givenUpAt', 'last_error as lastError'])
    .where('delivered_at', 'is', null)
    .$if(model !== null, (query) => query.where('model', '=', model))
    .orderBy('outbox.id')
    .limit(limit)
    .execute()
}
