import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loopWalk } from '../../../test/support/loop-walk.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { ExplanationInfo } from '../../http/shapes/decisions.ts'
import { asRecorded } from '../../live/advance.ts'
import type { Turn } from '../../live/turn.ts'
import type { LoopConfig } from '../../loop/config.ts'
import { type LoopState, startLoop } from '../../loop/state.ts'
import { step } from '../../loop/step.ts'
import { answerTo, nextCommand } from '../../store/loop/commands.ts'
import { commitTurn, type TurnEffects } from '../../store/loop/commit-turn.ts'
import { beginGathering } from '../../store/loop/lives.ts'
import { decisionPorts, windowPorts } from './decision-ports.ts'
import type { PolicyReader, RulingPolicy } from './policies.ts'

const MODEL = 'churn'
const NOTHING: TurnEffects = {
  startRun: async () => undefined,
  serve: async () => false,
  announce: async () => undefined,
  audit: async () => undefined,
}
const LENGTH = 400

let fresh: FreshDatabase
let configs: LoopConfig[]
let state: LoopState
const clock = { now: () => 1_800_000_000_000 }

/** Numbers of policies are places in `configs`. */
function policies(change: Partial<LoopConfig> = {}): PolicyReader {
  const at = async (_model: string, number: number) =>
    ({ number, live: { loop: { ...(configs[number - 1] as LoopConfig), ...change } } }) as unknown as RulingPolicy
  return { at, newest: (model) => at(model, configs.length) }
}

const ports = (change: Partial<LoopConfig> = {}, patienceMs = 0) =>
  decisionPorts({ database: fresh.database, clock, policies: policies(change), patienceMs })

/** A life in a database, as the loop writes it: a random walk through everything that can happen. */
beforeAll(async () => {
  fresh = await freshDatabase()
  const { database } = fresh
  await database.kysely
    .insertInto('model')
    .values({ name: MODEL, created_at: 1, policy: null, layout: null, scale: null, schema: null })
    .execute()
  await beginGathering(database.kysely, MODEL, 1)
  const walk = loopWalk(11)
  configs = []
  state = startLoop(1, 9, null)
  const cursor = { nextWindow: 10, nextMatured: 10, nextObservation: 2, closedTo: null }
  const turn = (revision: number, part: Partial<Turn>): Turn => ({
    model: MODEL,
    revision,
    now: revision,
    policy: 1,
    cursor: { ...cursor, nextObservation: revision + 1 },
    life: { state, watch: { policy: 1, state: { version: 1, running: [] } } },
    windows: [],
    observation: null,
    decisions: [],
    effects: [],
    heard: {},
    ...part,
  })
  await commitTurn(database, turn(1, { observation: { kind: 'began', state } }), NOTHING)
  for (let revision = 2; revision < LENGTH; revision++) {
    const observation = asRecorded(walk.next(state))
    if (configs.at(-1) !== walk.config) configs.push(walk.config)
    const result = step(state, observation, walk.config)
    state = result.state
    walk.take(result.effects)
    const { decisions } = result
    await commitTurn(database, turn(revision, { observation, decisions, policy: configs.length }), NOTHING)
  }
}, 60_000)
afterAll(() => fresh.drop())

describe('a life in the database', () => {
  test('is decided again the same, under the policies that ruled, page by page', async () => {
    expect(configs.length).toBeGreaterThan(1)
    const told = await ports().replay(MODEL)
    expect(told).toMatchObject({ observations: LENGTH - 2, isSame: true, differing: 0, first: null })
    expect(told.decisions).toBeGreaterThan(100)
  })

  test('has an explanation of every decision, in the shape that is documented', async () => {
    const { list, explain } = ports()
    const found = await list(MODEL, { kind: null, before: null, limit: 1000 })
    expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: found.length }, (_, i) => found.length - i))
    for (const { seq, kind } of found.slice(0, 60))
      expect(ExplanationInfo.parse(await explain(MODEL, seq))).toMatchObject({ seq, kind, model: MODEL })
    const retrains = await list(MODEL, { kind: 'retrain', before: 100, limit: 3 })
    expect(retrains.every(({ kind, seq }) => kind === 'retrain' && seq < 100)).toBe(true)
  })

  test('tells what was heard about one window, and nothing of another', async () => {
    await fresh.database.kysely
      .insertInto('stream_window')
      .values({ model: MODEL, number: 12, start_at: 1, end_at: 2, rows: 5, closed_at: 3, ...NO_SUMMARY })
      .execute()
    const { evidence, list } = windowPorts({ database: fresh.database })
    const { heard } = await evidence(MODEL, 12)
    expect(heard.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['window-closed', 'labels-matured']))
    await expect(evidence(MODEL, 13)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await list(MODEL, { before: null, limit: 5 })).toMatchObject([{ number: 12, rows: 5, labelledRows: null }])
  })

  test('a planted change of one decision is found, whoever changed it', async () => {
    const { kysely } = fresh.database
    const change = (text: string) =>
      kysely.transaction().execute(async (trx) => {
        await sql`alter table decision disable trigger decision_is_append_only`.execute(trx)
        await sql`update decision set record = jsonb_set(record, '{live}', ${text}::jsonb) where model = ${MODEL} and seq = 20`.execute(
          trx,
        )
        await sql`alter table decision enable trigger decision_is_append_only`.execute(trx)
      })
    const { live } = await ports().find(MODEL, 20)
    await change('77')
    try {
      const told = await ports().replay(MODEL)
      expect(told).toMatchObject({ isSame: false, differing: 1, first: { seq: 20 } })
      expect(told.first?.what).toMatch(/its live differ$/)
      expect([told.first?.recorded, told.first?.decided]).toMatchObject([{ live: 77 }, { live }])
    } finally {
      await change(String(live))
    }
    expect((await ports().replay(MODEL)).isSame).toBe(true)
  })

  test('other settings than those that ruled are found', async () => {
    const told = await ports({ mode: 'observe', cost: 50 }).replay(MODEL)
    expect(told.isSame).toBe(false)
    expect(told.differing).toBeGreaterThan(0)
  })

  test('of a model or a decision that does not exist nothing is told', async () => {
    await expect(ports().replay('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(ports().find(MODEL, 99_999)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(ports().command(99_999)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe("a person's word", () => {
  const ADA = { actor: 'ada', because: 'I looked\u0000', decision: null }

  test('that makes no sense as things stand is refused, and not left for the loop', async () => {
    const isOpen = state.breaker.openedAt !== null
    const refused = isOpen
      ? ({ ...ADA, command: 'approve', decision: 1 } as const)
      : ({ ...ADA, command: 'close-breaker' } as const)
    await expect(ports().give(MODEL, refused)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await nextCommand(fresh.database.kysely, MODEL)).toBeNull()
    await expect(ports().give('nobody', refused)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('on another decision than the one that waits is refused', async () => {
    await expect(ports().give(MODEL, { ...ADA, command: 'reject', decision: 1 })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('decision 1'),
    })
  })

  test('is left for the loop, without characters that JSON in Postgres cannot hold, and waited for in vain', async () => {
    const { kysely } = fresh.database
    const saved = JSON.stringify({ ...state, proposal: [{ kind: 'serve', version: 9, window: 1, reason: 'promoted' }] })
    await kysely.updateTable('loop_state').set({ state: saved }).where('model', '=', MODEL).execute()
    const given = await ports().give(MODEL, { ...ADA, command: 'approve' })
    expect(given).toMatchObject({ word: 'approve', actor: 'ada', answer: null, decisions: [] })
    expect(await nextCommand(kysely, MODEL)).toMatchObject({ id: given.command, body: { reason: 'I looked' } })
    await kysely
      .updateTable('command')
      .set({ answer: 'done', observation: 20 })
      .where('id', '=', given.command)
      .execute()
    expect(await answerTo(kysely, given.command)).toBe('done')
    expect(await ports().command(given.command)).toMatchObject({ answer: 'done', model: MODEL })
  })
})

const NO_SUMMARY = { profile: null, labelled_rows: null, matured_at: null, matured_seq: null, performance: null }
