import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import type { Learned, TrainingOutcome } from '../../base/training.ts'
import type { VersionDraft } from '../../models/version.ts'
import type { AttemptEnd } from '../../pipeline/attempt.ts'
import type { LiveTrained } from '../../pipeline/live-run.ts'
import { registerVersion } from '../models/versions.ts'
import type { Database } from '../postgres/database.ts'
import type { Tables } from '../postgres/tables.ts'
import { type AttemptKey, checkOneChanged, holdAttempt, notifyRuns, ofAttempt } from './attempt.ts'

/**
 * Registers what a run has trained and ends the run, in one transaction.
 * @returns the number of the new version
 * @throws Fault RUN_TAKEN_OVER
 */
export async function registerTrained(
  { kysely }: Database,
  key: AttemptKey,
  {
    draft,
    learned,
    trained,
    now,
  }: {
    readonly draft: Omit<VersionDraft, 'run'>
    readonly learned: Learned
    readonly trained: LiveTrained
    readonly now: Instant
  },
): Promise<number> {
  return kysely.transaction().execute(async (trx) => {
    await holdAttempt(trx, key)
    const run = { number: key.number, epoch: key.epoch }
    const version = await registerVersion(trx, { model: key.model, draft: { ...draft, run }, now })
    await endStepRow(trx, key, { step: 'register', said: `registered as version ${version}`, now })
    const outcome: TrainingOutcome<number> = {
      kind: 'trained',
      model: version,
      verdicts: draft.verdicts,
      notes: draft.notes,
    }
    const update = ofAttempt(trx.updateTable('run'), key).set({
      state: 'trained',
      outcome: JSON.stringify(outcome),
      learned: JSON.stringify(learned),
      ended_at: now,
      progress: 1,
      peak_rss_bytes: trained.peakRssBytes,
      cpu_ms: trained.cpuMs,
    })
    checkOneChanged(key, (await update.executeTakeFirst()).numUpdatedRows)
    await notifyRuns(trx, key.model, key.number)
    return version
  })
}

/** Ends a run that gave no version. @throws Fault RUN_TAKEN_OVER */
export async function endRun({ kysely }: Database, key: AttemptKey, end: AttemptEnd, now: Instant): Promise<void> {
  await kysely.transaction().execute(async (trx) => {
    const ended = { state: end.state, outcome: JSON.stringify(outcomeOf(end)), ended_at: now }
    const { numUpdatedRows } = await ofAttempt(trx.updateTable('run'), key).set(ended).executeTakeFirst()
    checkOneChanged(key, numUpdatedRows)
    await notifyRuns(trx, key.model, key.number)
  })
}

/** What the loop is told. */
export function outcomeOf(end: AttemptEnd): TrainingOutcome<number> {
  switch (end.state) {
    case 'blocked':
      return { kind: 'blocked', isCorrupted: end.isCorrupted, breaches: end.breaches }
    case 'failed':
      return { kind: 'failed', why: end.why }
    case 'cancelled':
      return { kind: 'cancelled', why: end.why }
  }
}

export async function endStepRow(
  db: Kysely<Tables>,
  { model, number, epoch }: AttemptKey,
  { step, said, now }: { readonly step: string; readonly said: string; readonly now: Instant },
): Promise<void> {
  await db
    .updateTable('run_step')
    .set({ ended_at: sql<number>`greatest(started_at, ${now})`, result: said })
    .where('model', '=', model)
    .where('run', '=', number)
    .where('step', '=', step)
    .where('epoch', '=', epoch)
    .execute()
}
