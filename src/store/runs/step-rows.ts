import type { Instant } from '../../base/clock.ts'
import type { Database } from '../postgres/database.ts'
import { type AttemptKey, checkOneChanged, holdAttempt, notifyRuns, ofAttempt } from './attempt.ts'
import { endStepRow } from './end-run.ts'

/** Writes down that an attempt has begun a step; beginning it again in the same attempt keeps the first time. */
export async function beginStep({ kysely }: Database, key: AttemptKey, step: string, now: Instant): Promise<void> {
  await kysely.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await ofAttempt(trx.updateTable('run'), key)
      .set({ step, progress: 0 })
      .executeTakeFirst()
    checkOneChanged(key, numUpdatedRows)
    await trx
      .insertInto('run_step')
      .values({
        model: key.model,
        run: key.number,
        step,
        epoch: key.epoch,
        started_at: now,
        ended_at: null,
        result: null,
      })
      .onConflict((conflict) => conflict.columns(['model', 'run', 'step', 'epoch']).doNothing())
      .execute()
    await notifyRuns(trx, key.model, key.number)
  })
}

/** @throws Fault RUN_TAKEN_OVER */
export async function endStep(
  { kysely }: Database,
  key: AttemptKey,
  ended: { readonly step: string; readonly said: string; readonly now: Instant },
): Promise<void> {
  await kysely.transaction().execute(async (trx) => {
    await holdAttempt(trx, key)
    await endStepRow(trx, key, ended)
  })
}
