import type { Kysely } from 'kysely'
import { Fault } from '../../base/fault.ts'
import type { TrainingOutcome } from '../../base/training.ts'
import type { Verdict } from '../../base/verdict.ts'
import type { Row, Tables } from '../postgres/tables.ts'

/** How a run is told of; what the API answers is made of it. */
export interface RunSummary {
  readonly model: string
  readonly number: number
  readonly state: Row<'run'>['state']
  readonly because: string
  readonly actor: string
  readonly champion: number | null
  readonly version: number | null
  readonly step: string | null
  readonly progress: number | null
  readonly summary: string | null
  readonly cancelRequestedAt: number | null
  readonly queuedAt: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly deadlineAt: number
}

/** A run with all that is known of it. */
export interface RunFound {
  readonly run: RunSummary
  readonly epoch: number
  readonly owner: string | null
  readonly policy: number
  readonly plan: Record<string, unknown>
  readonly steps: RunStepFound[]
  readonly verdicts: Verdict[]
  readonly notes: string[]
  readonly learned: { rows: number | null; toWindow: number; cutOffAt: number | null } | null
  readonly snapshot: { md5: string; path: string } | null
  readonly peakRssBytes: number | null
  readonly cpuMs: number | null
}

export interface RunStepFound {
  readonly step: string
  readonly epoch: number
  readonly startedAt: number
  readonly endedAt: number | null
  readonly result: string | null
}

/** Which run. */
export interface RunKey {
  readonly model: string
  readonly number: number
}

/** Runs of a model, newest first. @param page before: number of a run; only older ones are given */
export async function listRuns(
  db: Kysely<Tables>,
  model: string,
  { limit, before }: { readonly limit: number; readonly before?: number | undefined },
): Promise<RunSummary[]> {
  let query = db.selectFrom('run').selectAll().where('model', '=', model).orderBy('number', 'desc').limit(limit)
  if (before !== undefined) query = query.where('number', '<', before)
  return (await query.execute()).map(summaryOf)
}

/**
 * Runs of all models, newest first; those of one instant by model.
 * @param page before: a run; only what follows it is given, so that pages neither overlap nor leave a run out
 * @throws Fault NOT_FOUND where there is no such run
 */
export async function newestRuns(
  db: Kysely<Tables>,
  { limit, before }: { readonly limit: number; readonly before?: RunKey | undefined },
): Promise<RunSummary[]> {
  let query = db.selectFrom('run').selectAll().limit(limit)
  query = query.orderBy('queued_at', 'desc').orderBy('model').orderBy('number', 'desc')
  if (before !== undefined) {
    const { model, number } = before
    const at = await queuedAt(db, before)
    query = query
      // Implied by what follows; said by itself because it is what an index can answer.
      .where('queued_at', '<=', at)
      .where((is) =>
        is.or([
          is('queued_at', '<', at),
          is('model', '>', model),
          is.and([is('model', '=', model), is('number', '<', number)]),
        ]),
      )
  }
  return (await query.execute()).map(summaryOf)
}

async function queuedAt(db: Kysely<Tables>, { model, number }: RunKey): Promise<number> {
  const row = await db
    .selectFrom('run')
    .select('queued_at')
    .where('model', '=', model)
    .where('number', '=', number)
    .executeTakeFirst()
  if (row === undefined)
    throw new Fault('NOT_FOUND', `the model '${model}' has no run ${number}`, { model, run: number })
  return row.queued_at
}

export async function findRun(db: Kysely<Tables>, model: string, number: number): Promise<RunFound | undefined> {
  const row = await db
    .selectFrom('run')
    .selectAll()
    .where('model', '=', model)
    .where('number', '=', number)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const [steps, version] = await Promise.all([
    db
      .selectFrom('run_step')
      .selectAll()
      .where('model', '=', model)
      .where('run', '=', number)
      .orderBy('epoch')
      .orderBy('started_at')
      .execute(),
    db
      .selectFrom('version')
      .select(['snapshot_md5', 'snapshot_path'])
      .where('model', '=', model)
      .where('run', '=', number)
      .executeTakeFirst(),
  ])
  const outcome = outcomeIn(row)
  const { snapshot_md5: md5 = null, snapshot_path: path = null } = version ?? {}
  return {
    run: summaryOf(row),
    epoch: row.epoch,
    owner: row.owner,
    policy: row.policy,
    plan: row.plan as Record<string, unknown>,
    steps: steps.map(({ step, epoch, started_at, ended_at, result }) => ({
      step,
      epoch,
      startedAt: started_at,
      endedAt: ended_at,
      result,
    })),
    verdicts: outcome?.kind === 'trained' ? [...outcome.verdicts] : [],
    notes: outcome?.kind === 'trained' ? [...outcome.notes] : [],
    learned: row.learned as RunFound['learned'],
    snapshot: md5 === null || path === null ? null : { md5, path },
    peakRssBytes: row.peak_rss_bytes,
    cpuMs: row.cpu_ms,
  }
}

export async function readLog(
  db: Kysely<Tables>,
  run: { readonly model: string; readonly number: number },
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<Pick<Row<'run_log'>, 'id' | 'at' | 'stream' | 'line'>[]> {
  return db
    .selectFrom('run_log')
    .select(['id', 'at', 'stream', 'line'])
    .where('model', '=', run.model)
    .where('run', '=', run.number)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

export function summaryOf(row: Row<'run'>): RunSummary {
  const outcome = outcomeIn(row)
  return {
    model: row.model,
    number: row.number,
    state: row.state,
    because: row.because,
    actor: row.actor,
    champion: row.champion,
    version: outcome?.kind === 'trained' ? outcome.model : null,
    step: row.step,
    progress: row.progress,
    summary: outcome === null ? null : sentenceOf(outcome),
    cancelRequestedAt: row.cancel_requested_at,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    deadlineAt: row.deadline_at,
  }
}

function outcomeIn(row: Row<'run'>): TrainingOutcome<number> | null {
  return row.outcome as TrainingOutcome<number> | null
}

function sentenceOf(outcome: TrainingOutcome<number>): string {
  switch (outcome.kind) {
    case 'trained':
      return `trained version ${outcome.model}: ${outcome.notes.join('; ')}`
    case 'blocked':
      return outcome.breaches.join('; ')
    case 'failed':
    case 'cancelled':
      return outcome.why
  }
}
