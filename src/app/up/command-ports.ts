import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Clock } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import type { Origin } from '../../base/training.ts'
import type { DecisionsPorts } from '../../http/routes/decisions.ts'
import type { ModelsPorts } from '../../http/routes/models.ts'
import type { RunsPorts } from '../../http/routes/runs.ts'
import type { CommandInfo } from '../../http/shapes/decisions.ts'
import { type Command, refusalOf } from '../../live/commands.ts'
import { originOf } from '../../loop/origins.ts'
import { readLoopState } from '../../loop/saved-state.ts'
import type { LoopState } from '../../loop/state.ts'
import { answerTo, giveCommand, readCommand } from '../../store/loop/commands.ts'
import { readLife } from '../../store/loop/lives.ts'
import { decisionsOf } from '../../store/loop/read-decisions.ts'
import { versionOf } from '../../store/models/versions.ts'
import type { Database } from '../../store/postgres/database.ts'
import type { PolicyReader } from './policies.ts'
import { proposalOf } from './proposal.ts'

/** What a person's word needs to reach the loop. */
export interface CommandWorld {
  readonly database: Database
  readonly clock: Clock
  readonly policies: PolicyReader
  /** How long an answer is waited for. Milliseconds; 5,000 unless told. */
  readonly patienceMs?: number
}

export interface CommandPorts {
  readonly give: DecisionsPorts['give']
  readonly command: DecisionsPorts['command']
  readonly requestRun: RunsPorts['requestRun']
  readonly requestServe: ModelsPorts['requestServe']
}

const PATIENCE_MS = 5000
const POLL_MS = 25

/** A person's words: each is left for the loop, which alone decides, and its answer is waited for. */
export function commandPorts(world: CommandWorld): CommandPorts {
  return {
    give: (model, word) => give(world, model, word),
    command: (id) => commandInfo(world, id),
    requestRun: (model, wish) => requestRun(world, model, wish),
    requestServe: (model, order) => requestServe(world, model, order),
  }
}

async function give(
  world: CommandWorld,
  model: string,
  { command, actor, because, decision }: Parameters<DecisionsPorts['give']>[1],
): Promise<CommandInfo> {
  const state = await livingState(world, model)
  if (decision !== null) {
    const waits = await proposalOf(world.database.kysely, model, state)
    if (waits !== decision) {
      const now = waits === null ? 'nothing waits for an answer' : `decision ${waits} waits for an answer`
      throw new Fault('CONFLICT', `decision ${decision} of '${model}' does not wait for an answer: ${now}`)
    }
  }
  const id = await say(world, model, state, { kind: 'command', command, actor, reason: because })
  await answered(world, id)
  return commandInfo(world, id)
}

async function requestServe(
  world: CommandWorld,
  model: string,
  { command, version, because, actor }: Parameters<ModelsPorts['requestServe']>[1],
): ReturnType<ModelsPorts['requestServe']> {
  const state = await livingState(world, model)
  const origin = await originFor(world, model, state, version)
  const id = await say(world, model, state, { kind: 'command', command, actor, reason: because, version, origin })
  return { command: id, answer: await answered(world, id) }
}

/** Where a version comes from: as the loop remembers it, else as it was registered. */
async function originFor(
  { database, policies }: CommandWorld,
  model: string,
  state: LoopState,
  version: number,
): Promise<Origin> {
  if (state.origins.some((one) => one.version === version)) return originOf(state, version)
  const { rows, windows, cutOffAt, origin } = await versionOf(database.kysely, model, version)
  const { trainer } = (await policies.newest(model)).live.loop
  return {
    rows,
    // Of a version whose windows nobody knows, the loop's own beginning is what it is held against.
    toWindow: windows.at(-1) ?? firstWindow(state),
    cutOffAt,
    trainer: origin === 'trained' ? trainer : null,
  }
}

function firstWindow(state: LoopState): number {
  return state.origins.find(({ version }) => version === state.initialVersion)?.toWindow ?? 0
}

async function requestRun(
  world: CommandWorld,
  model: string,
  { actor, because, despite }: Parameters<RunsPorts['requestRun']>[1],
): ReturnType<RunsPorts['requestRun']> {
  const { kysely } = world.database
  const life = await readLife(kysely, model, readLoopState)
  const state = life.phase === 'living' ? life.state : null
  const newest = await newestRun(world, model)
  const id = await say(world, model, state, { kind: 'command', command: 'retrain', actor, reason: because, despite })
  const answer = await answered(world, id)
  if (answer === null)
    return { run: null, answer: `the loop has not heard it yet; GET /v1/commands/${id} says when it has` }
  const run = await kysely
    .selectFrom('run')
    .select('number')
    .where('model', '=', model)
    .where('number', '>', newest)
    .where('actor', '=', actor)
    .orderBy('number')
    .limit(1)
    .executeTakeFirst()
  return { run: run?.number ?? null, answer }
}

async function newestRun({ database }: CommandWorld, model: string): Promise<number> {
  const row = await database.kysely
    .selectFrom('run')
    .select(sql<number>`coalesce(max(number), 0)`.as('number'))
    .where('model', '=', model)
    .executeTakeFirst()
  return row?.number ?? 0
}

/** @throws Fault NOT_FOUND where no such model is looked after · CONFLICT while no version answers */
async function livingState({ database }: CommandWorld, model: string): Promise<LoopState> {
  const life = await readLife(database.kysely, model, readLoopState)
  if (life.phase === 'living') return life.state
  throw new Fault('CONFLICT', `no version of '${model}' answers yet, so there is nothing to decide`)
}

async function say(world: CommandWorld, model: string, state: LoopState | null, body: Command): Promise<number> {
  const refusal = state === null ? null : refusalOf(state, body)
  if (refusal !== null) throw new Fault('CONFLICT', `'${model}': ${refusal}`)
  // JSON in Postgres has no such character.
  const reason = body.reason.replaceAll('\u0000', '')
  return giveCommand(world.database.kysely, { model, body: { ...body, reason }, now: world.clock.now() })
}

async function answered({ database, patienceMs = PATIENCE_MS }: CommandWorld, id: number): Promise<string | null> {
  for (let waited = 0; ; waited += POLL_MS) {
    const answer = await answerTo(database.kysely, id)
    if (answer !== null || waited >= patienceMs) return answer
    await sleep(POLL_MS)
  }
}

async function commandInfo({ database }: CommandWorld, id: number): Promise<CommandInfo> {
  const found = await readCommand(database.kysely, id)
  if (found === undefined) throw new Fault('NOT_FOUND', `no word has the number ${id}`, { command: id })
  const { model, body, actor, givenAt, answer, observation } = found
  const led =
    observation === null ? [] : await decisionsOf(database.kysely, model, { from: observation, to: observation })
  const decisions = led.map(({ seq }) => seq)
  return { command: id, model, word: body.command, actor, givenAt, answer, decisions }
}
