import { setImmediate as breathe } from 'node:timers/promises'
import type { ReplayInfo } from '../../http/shapes/decisions.ts'
import { type RecordedStep, replayer } from '../../live/replay.ts'
import type { LoopConfig } from '../../loop/config.ts'
import { readLoopState } from '../../loop/saved-state.ts'
import { readLife } from '../../store/loop/lives.ts'
import { decisionsOf, type WrittenDecision } from '../../store/loop/read-decisions.ts'
import { readObservations } from '../../store/loop/read-observations.ts'
import type { Database } from '../../store/postgres/database.ts'
import type { PolicyReader } from './policies.ts'

interface ReplayWorld {
  readonly database: Database
  readonly policies: PolicyReader
}

/** Observations that are read at a time. Count. */
const PAGE = 200

/** Decides a recorded life again, page by page, and says whether all comes out as it was recorded. */
export async function replayLife(world: ReplayWorld, model: string): Promise<ReplayInfo> {
  const { kysely } = world.database
  // Read first: what the loop hears from now on is not part of it.
  const life = await readLife(kysely, model, readLoopState)
  if (life.phase === 'gathering')
    return { model, observations: 0, decisions: 0, isSame: true, differing: 0, first: null }
  const [beginning] = await readObservations(kysely, model, { after: 0, limit: 1 })
  if (beginning?.body.kind !== 'began') return notBegun(model)
  const again = replayer(readLoopState(beginning.body.state))
  for await (const recorded of recordedSteps(world, model, {
    after: beginning.seq,
    before: life.cursor.nextObservation,
  }))
    again.tell(recorded)
  const report = again.end(life.state)
  return { model, ...report, isSame: report.differing === 0 }
}

/** All that the loop was told after one observation and before another, each with what it led to. */
async function* recordedSteps(
  { database, policies }: ReplayWorld,
  model: string,
  { after, before }: { readonly after: number; readonly before: number },
): AsyncGenerator<RecordedStep> {
  const configs = new Map<number, LoopConfig>()
  for (let newest = after; newest < before - 1; ) {
    const page = await readObservations(database.kysely, model, {
      after: newest,
      limit: Math.min(PAGE, before - 1 - newest),
    })
    const last = page.at(-1)
    if (last === undefined) return
    const decisions = byObservation(await decisionsOf(database.kysely, model, { from: newest + 1, to: last.seq }))
    for (const { seq, body, policy } of page) {
      if (body.kind === 'began') continue
      const config = configs.get(policy) ?? (await policies.at(model, policy)).live.loop
      configs.set(policy, config)
      yield { seq, body, config, decisions: (decisions.get(seq) ?? []).map(({ record }) => record) }
    }
    newest = last.seq
    // Others ask this process, too.
    await breathe()
  }
}

function byObservation(decisions: readonly WrittenDecision[]): Map<number, WrittenDecision[]> {
  const found = new Map<number, WrittenDecision[]>()
  for (const one of decisions) found.set(one.observation, [...(found.get(one.observation) ?? []), one])
  return found
}

function notBegun(model: string): ReplayInfo {
  const what = 'the record does not begin with the state in which the life began'
  return {
    model,
    observations: 0,
    decisions: 0,
    isSame: false,
    differing: 1,
    first: { observation: 1, seq: null, what, recorded: null, decided: null },
  }
}
