import type { Transaction } from 'kysely'
import { assert } from '../../base/assert.ts'
import type { MessageEvent } from '../../base/message.ts'
import type { Turn, WindowNews } from '../../live/turn.ts'
import type { Effect } from '../../loop/effect.ts'
import type { DecisionRecord } from '../../loop/record.ts'
import type { Database } from '../postgres/database.ts'
import type { Tables } from '../postgres/tables.ts'
import { serialised } from './serialised.ts'

/** What a turn changes beside its own tables; every call is part of its transaction. */
export interface TurnEffects {
  startRun(trx: Transaction<Tables>, turn: Turn, run: RunToStart): Promise<void>
  /** @returns false where the version answered already */
  serve(trx: Transaction<Tables>, turn: Turn, order: ServeToWrite): Promise<boolean>
  /** Leaves word for whoever is to be told. */
  announce(trx: Transaction<Tables>, turn: Turn, news: News): Promise<void>
  audit(
    trx: Transaction<Tables>,
    entry: { action: string; actor: string; model: string; at: number; detail: unknown },
  ): Promise<void>
}

export interface RunToStart {
  readonly run: number
  readonly plan: Extract<Effect, { kind: 'start-run' }>['plan']
  readonly champion: number | null
  readonly because: string
  readonly actor: string
}

export interface ServeToWrite {
  readonly version: number
  readonly reason: Extract<Effect, { kind: 'serve' }>['reason'] | 'first'
  readonly window: number
  readonly decision: number | null
  readonly actor: string
  readonly because: string
}

/** Something that happened, for the world to hear. */
export interface News {
  readonly event: MessageEvent
  readonly version: number | null
  readonly decision: DecisionRecord | null
  readonly because: string
}

/** Decisions that the world is told of. */
const TOLD: Partial<Record<DecisionRecord['kind'], MessageEvent>> = {
  'run-failed': 'run-failed',
  'breaker-opened': 'breaker-opened',
  'breaker-closed': 'breaker-closed',
  quarantine: 'quarantined',
}

/** The loop decides; a person's name stands where one gave the word. */
const LOOP = 'keepfit'

/**
 * Writes one step of a model's life: its state, what the loop heard and decided, who serves, which run starts, and what
 * the world is to be told; all of it, or nothing.
 * @returns false where somebody else moved the model on since the turn was worked out: nothing was written
 */
export async function commitTurn(database: Database, turn: Turn, effects: TurnEffects): Promise<boolean> {
  return database.kysely.transaction().execute(async (trx) => {
    if (!(await moveOn(trx, turn))) return false
    if (turn.shape !== undefined) await writeShape(trx, turn)
    for (const window of turn.windows) await writeWindow(trx, turn, window)
    if (turn.observation !== null) await writeObservation(trx, turn)
    for (const entry of turn.decisions) await writeDecision(trx, turn, entry, effects)
    await carryOut(trx, turn, effects)
    await writeHeard(trx, turn)
    return true
  })
}

async function moveOn(trx: Transaction<Tables>, turn: Turn): Promise<boolean> {
  const { model, revision, cursor, life, now } = turn
  const moved = await trx
    .updateTable('loop_state')
    .set({
      revision: revision + 1,
      phase: life === null ? 'gathering' : 'living',
      state: life === null ? null : JSON.stringify(life.state),
      watch: life === null ? null : serialised(life.watch),
      next_window: cursor.nextWindow,
      next_matured: cursor.nextMatured,
      next_observation: cursor.nextObservation,
      closed_to: cursor.closedTo,
      updated_at: now,
    })
    .where('model', '=', model)
    .where('revision', '=', revision)
    .executeTakeFirst()
  return Number(moved.numUpdatedRows) === 1
}

async function writeShape(trx: Transaction<Tables>, { model, shape }: Turn): Promise<void> {
  assert(shape !== undefined, 'there is a shape to write')
  const { schema, layout, scale } = shape
  await trx
    .updateTable('model')
    .set({ schema: JSON.stringify(schema), layout: serialised(layout), scale })
    .where('name', '=', model)
    .execute()
}

async function writeWindow(trx: Transaction<Tables>, { model, now }: Turn, news: WindowNews): Promise<void> {
  const { number, start, end, rows, profile, matured } = news
  const known = {
    ...(profile === undefined ? {} : { profile: serialised(profile) }),
    ...(matured === undefined
      ? {}
      : {
          matured_at: now,
          matured_seq: matured.seq,
          labelled_rows: matured.labelledRows,
          performance: matured.performance === null ? null : JSON.stringify(matured.performance),
        }),
  }
  const none = { profile: null, labelled_rows: null, matured_at: null, matured_seq: null, performance: null }
  await trx
    .insertInto('stream_window')
    .values({ model, number, start_at: start, end_at: end, rows, closed_at: now, ...none, ...known })
    .onConflict((conflict) => conflict.columns(['model', 'number']).doUpdateSet({ ...known, rows }))
    .execute()
}

async function writeObservation(trx: Transaction<Tables>, turn: Turn): Promise<void> {
  const { model, now, policy, observation } = turn
  await trx
    .insertInto('observation')
    .values({ model, seq: observationSeq(turn), at: now, policy, body: JSON.stringify(observation) })
    .execute()
}

/** The number of the observation that this turn adds: the cursor already points behind it. */
function observationSeq({ cursor }: Turn): number {
  return cursor.nextObservation - 1
}

async function writeDecision(
  trx: Transaction<Tables>,
  turn: Turn,
  entry: DecisionRecord,
  effects: TurnEffects,
): Promise<void> {
  const { model, now, policy } = turn
  const { seq, kind, because } = entry
  const observation = observationSeq(turn)
  await trx
    .insertInto('decision')
    .values({ model, seq, observation, at: now, policy, kind, record: JSON.stringify(entry) })
    .execute()
  const detail = { decision: seq, observation, version: entry.version, because: because.map(({ text }) => text) }
  await effects.audit(trx, { action: `decision.${kind}`, actor: actorOf(turn), model, at: now, detail })
  const event = TOLD[kind]
  if (event !== undefined) {
    const news = { event, version: entry.version, decision: entry, because: sentenceOf(entry) }
    await effects.announce(trx, turn, news)
  }
}

async function carryOut(trx: Transaction<Tables>, turn: Turn, effects: TurnEffects): Promise<void> {
  const actor = actorOf(turn)
  for (const effect of turn.effects) {
    if (effect.kind === 'start-run') {
      const { run, plan } = effect
      const decision = turn.decisions.findLast(({ kind }) => kind === 'retrain' || kind === 'approved')
      const champion = turn.life?.state.live.version ?? null
      const because = decision === undefined ? 'the loop asked for it' : sentenceOf(decision)
      await effects.startRun(trx, turn, { run, plan, champion, because, actor })
    } else if (effect.kind === 'serve') {
      const { version, reason, window } = effect
      const decision = turn.decisions.findLast((entry) => entry.version === version) ?? null
      const because = decision === null ? reason : sentenceOf(decision)
      const order = { version, reason, window, decision: decision?.seq ?? null, actor, because }
      const isChanged = await effects.serve(trx, turn, order)
      if (isChanged) await effects.announce(trx, turn, { event: reason, version, decision, because })
    } else if (effect.kind === 'propose') {
      const { record } = effect
      await effects.announce(trx, turn, {
        event: 'proposed',
        version: record.version,
        decision: record,
        because: sentenceOf(record),
      })
    }
    // A comparison needs nothing here: that it is awaited stands in the state, and the next turn makes it.
  }
  if (turn.first !== undefined) {
    const { version, window } = turn.first
    const because = 'it is the first version'
    const isChanged = await effects.serve(trx, turn, {
      version,
      reason: 'first',
      window,
      decision: null,
      actor,
      because,
    })
    if (isChanged) await effects.announce(trx, turn, { event: 'promoted', version, decision: null, because })
  }
  if (turn.firstRun !== undefined) {
    await effects.startRun(trx, turn, { ...turn.firstRun, champion: null })
  }
}

async function writeHeard(trx: Transaction<Tables>, turn: Turn): Promise<void> {
  const { model, heard } = turn
  const observation = turn.observation === null ? null : observationSeq(turn)
  if (heard.run !== undefined) {
    await trx
      .updateTable('run')
      // Of a first training that gave nothing no loop was told, but it is done with all the same.
      .set({ observation: observation ?? 0 })
      .where('model', '=', model)
      .where('number', '=', heard.run)
      .execute()
  }
  if (heard.command !== undefined) {
    const { id, answer } = heard.command
    await trx.updateTable('command').set({ observation, answer }).where('id', '=', id).execute()
  }
}

function actorOf({ observation, firstRun }: Turn): string {
  if (firstRun !== undefined) return firstRun.actor
  return observation?.kind === 'command' ? observation.actor : LOOP
}

function sentenceOf({ because }: DecisionRecord): string {
  return because.map(({ text }) => text).join('; ')
}
