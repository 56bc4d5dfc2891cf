import { CompiledQuery, type Kysely, type Transaction } from 'kysely'
import type { ClientBase } from 'pg'
import type { Instant } from '../../base/clock.ts'
import type { TrainingPlan } from '../../base/training.ts'
import type { LivePlan } from '../../pipeline/live-run.ts'
import type { Tables } from '../postgres/tables.ts'
import { notifyRuns } from './attempt.ts'
import type { RunQueue } from './run-queue.ts'

export interface StartRun {
  readonly model: string
  /** As the loop counts its runs, ≥ 1; null: the next one. */
  readonly number: number | null
  readonly plan: TrainingPlan
  readonly policy: number
  /** Null: the model's first training. */
  readonly champion: number | null
  readonly because: string
  readonly actor: string
  readonly now: Instant
  /** The run ends by then, whatever comes. Milliseconds from now, > 0. */
  readonly limitMs: number
}

/**
 * Queues a run in the caller's transaction: it exists, and is worked on, if and only if that commits.
 * @returns its number
 * @throws a unique violation (23505, `one_active_run`) where another run of the model is active
 */
export async function startRun(trx: Transaction<Tables>, queue: RunQueue, order: StartRun): Promise<number> {
  const { model, now } = order
  const number = order.number ?? (await nextNumber(trx, model))
  const plan: LivePlan = { ...order.plan, knownSeq: await newestSeq(trx, model) }
  await trx
    .insertInto('run')
    .values({
      model,
      number,
      state: 'queued',
      plan: JSON.stringify(plan),
      policy: order.policy,
      champion: order.champion,
      because: order.because,
      actor: order.actor,
      deadline_at: now + order.limitMs,
      queued_at: now,
    })
    .execute()
  await queue.enqueue(clientOf(trx), { model, number })
  await notifyRuns(trx, model, number)
  return number
}

async function nextNumber(trx: Kysely<Tables>, model: string): Promise<number> {
  const newest = await trx
    .selectFrom('run')
    .select(({ fn }) => fn.max('number').as('number'))
    .where('model', '=', model)
    .executeTakeFirst()
  return (newest?.number ?? 0) + 1
}

async function newestSeq(trx: Kysely<Tables>, model: string): Promise<number> {
  const row = await trx.selectFrom('stream').select('newest_seq').where('model', '=', model).executeTakeFirst()
  return row?.newest_seq ?? 0
}

/** A kysely transaction as what another library takes for a `pg` client: it asks for nothing but queries. */
function clientOf(trx: Transaction<Tables>): ClientBase {
  const query = async (text: string, values: readonly unknown[] = []) => {
    const { rows, numAffectedRows } = await trx.executeQuery(CompiledQuery.raw(text, [...values]))
    return { rows, rowCount: numAffectedRows === undefined ? rows.length : Number(numAffectedRows) }
  }
  return { query } as unknown as ClientBase
}
