import type { Kysely } from 'kysely'
import { assert } from '../../base/assert.ts'
import { Fault } from '../../base/fault.ts'
import type { DecisionsPorts } from '../../http/routes/decisions.ts'
import type { WindowsPorts } from '../../http/routes/windows.ts'
import type { DecisionInfo, ExplanationInfo } from '../../http/shapes/decisions.ts'
import type { WindowEvidence } from '../../http/shapes/windows.ts'
import type { Circumstances } from '../../loop/explain/circumstances.ts'
import { explain } from '../../loop/explain/explain.ts'
import type { Observation } from '../../loop/observation.ts'
import type { DecisionRecord } from '../../loop/record.ts'
import { readLoopState } from '../../loop/saved-state.ts'
import { readLife } from '../../store/loop/lives.ts'
import {
  decisionsOf,
  newestDecision,
  readDecision,
  readDecisions,
  type WrittenDecision,
} from '../../store/loop/read-decisions.ts'
import { observationsAbout, readObservation, type WrittenObservation } from '../../store/loop/read-observations.ts'
import { listWindows } from '../../store/loop/read-windows-list.ts'
import { knowsModel } from '../../store/policies/policies.ts'
import type { Database } from '../../store/postgres/database.ts'
import type { Tables } from '../../store/postgres/tables.ts'
import { type CommandWorld, commandPorts } from './command-ports.ts'
import { proposalOf } from './proposal.ts'
import { replayLife } from './replay-life.ts'

/** What the routes of decisions ask. */
export function decisionPorts(world: CommandWorld): DecisionsPorts {
  const { database, policies } = world
  const { kysely } = database
  const { give, command } = commandPorts(world)
  return {
    async list(model, { kind, before, limit }) {
      await needModel(database, model)
      const found = await readDecisions(kysely, model, { kinds: kind === null ? null : [kind], before, limit })
      return found.map((written) => infoOf(model, written))
    },
    async proposal(model) {
      const life = await readLife(kysely, model, readLoopState).catch(ifUnknown)
      return life?.phase === 'living' ? proposalOf(kysely, model, life.state) : null
    },
    find: async (model, seq) => infoOf(model, await foundDecision(database, model, seq)),
    explain: (model, seq) => explained(world, model, seq),
    give,
    command,
    async replay(model) {
      await needModel(database, model)
      return replayLife({ database, policies }, model)
    },
  }
}

/** What the routes of windows ask. */
export function windowPorts({ database }: Pick<CommandWorld, 'database'>): WindowsPorts {
  return {
    async list(model, page) {
      await needModel(database, model)
      return listWindows(database.kysely, model, page)
    },
    async evidence(model, window) {
      await needModel(database, model)
      const [known] = await listWindows(database.kysely, model, { before: window + 1, limit: 1 })
      if (known?.number !== window) throw new Fault('NOT_FOUND', `'${model}' has no window ${window}`, { window })
      const heard = (await observationsAbout(database.kysely, model, window)).flatMap(heardOf)
      return { model, window, heard }
    },
  }
}

function heardOf({ seq, at, policy, body }: WrittenObservation): WindowEvidence['heard'] {
  const about = { observation: seq, at, policy, evidence: [], breaches: [], comparisons: [] }
  switch (body.kind) {
    case 'window-closed':
    case 'labels-matured':
      return [
        {
          ...about,
          kind: body.kind,
          evidence: body.evidence,
          breaches: body.breaches.map((breach) => ({ ...breach })),
        },
      ]
    case 'compared':
      return [{ ...about, kind: body.kind, comparisons: [...body.comparisons] }]
    default:
      return []
  }
}

async function explained({ database, policies }: CommandWorld, model: string, seq: number): Promise<ExplanationInfo> {
  const { kysely } = database
  const { record, observation, policy } = await foundDecision(database, model, seq)
  const heard = await readObservation(kysely, model, observation)
  assert(heard !== undefined && heard.body.kind !== 'began', `decision ${seq} of '${model}' rests on no observation`)
  const together = await decisionsOf(kysely, model, { from: observation, to: observation })
  const circumstances: Circumstances = {
    record,
    observation: { seq: observation, body: heard.body },
    policy,
    config: (await policies.at(model, policy)).live.loop,
    together: together.map((one) => one.record),
    follows: await followedBy(kysely, model, { seq, body: heard.body, kind: record.kind }),
    answeredBy: await answerTo(database, model, record),
  }
  return { model, ...explain(circumstances) }
}

/** The decision that started the run which ended, or that a person answered. */
async function followedBy(
  db: Kysely<Tables>,
  model: string,
  { seq, body, kind }: { readonly seq: number; readonly body: Observation; readonly kind: DecisionRecord['kind'] },
): Promise<DecisionRecord | null> {
  const isAnswer = kind === 'approved' || kind === 'declined'
  if (body.kind !== 'run-ended' && !isAnswer) return null
  const kinds = isAnswer ? (['retrain', 'promote', 'reinstate'] as const) : (['retrain'] as const)
  return (await newestDecision(db, model, { kinds, before: seq, version: null }))?.record ?? null
}

/** What a person answered to a decision: the first answer after it, unless something else was proposed in between. */
async function answerTo(
  { kysely }: Database,
  model: string,
  { seq, kind }: DecisionRecord,
): Promise<DecisionRecord | null> {
  if (kind !== 'retrain' && kind !== 'promote' && kind !== 'reinstate') return null
  const next = await kysely
    .selectFrom('decision')
    .select('seq')
    .where('model', '=', model)
    .where('seq', '>', seq)
    .where('kind', 'in', ['approved', 'declined', 'retrain', 'promote', 'reinstate', 'return', 'roll-back'])
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  if (next === undefined) return null
  const found = (await readDecision(kysely, model, next.seq))?.record
  return found?.kind === 'approved' || found?.kind === 'declined' ? found : null
}

async function foundDecision(database: Database, model: string, seq: number): Promise<WrittenDecision> {
  await needModel(database, model)
  const found = await readDecision(database.kysely, model, seq)
  if (found !== undefined) return found
  throw new Fault('NOT_FOUND', `'${model}' has no decision ${seq}`, { model, decision: seq })
}

async function needModel({ kysely }: Database, model: string): Promise<void> {
  if (!(await knowsModel(kysely, model))) throw new Fault('NOT_FOUND', `there is no model '${model}'`, { model })
}

function ifUnknown(error: unknown): null {
  if (error instanceof Fault && error.code === 'NOT_FOUND') return null
  throw error
}

function infoOf(model: string, { seq, observation, at, policy, record }: WrittenDecision): DecisionInfo {
  const { kind, now, window, aboutWindow, live, version, because, evidence, verdicts } = record
  return {
    model,
    seq,
    kind,
    at,
    observation,
    policy,
    now,
    window,
    aboutWindow,
    live,
    version,
    because: because.map((reason) => ({ ...reason })),
    evidence,
    verdicts: verdicts.map((verdict) => ({ ...verdict })),
  }
}
