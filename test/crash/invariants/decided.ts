import { isDeepStrictEqual } from 'node:util'
import { policyReader } from '../../../src/app/up/policies.ts'
import type { Began } from '../../../src/live/turn.ts'
import type { Observation } from '../../../src/loop/observation.ts'
import { readLoopState } from '../../../src/loop/saved-state.ts'
import type { LoopState } from '../../../src/loop/state.ts'
import { step } from '../../../src/loop/step.ts'
import { bySql, type Invariant, type Scene } from './invariant.ts'

const KINDS = `(values ('promoted', 'promote'), ('promoted', 'approved'), ('reinstated', 'reinstate'), ('returned', 'return'),
  ('rolled-back', 'roll-back'), ('promoted', 'retrain'), ('returned', 'roll-back')) as allowed(reason, kind)`

const changesWithDecision = bySql(
  'I9',
  'who serves changes by a decision that is on record',
  `select model || ': stretch ' || number || ' (' || reason || ') has no decision' as said
   from serving where reason not in ('first', 'adopted') and decision is null`,
  `select s.model || ': stretch ' || s.number || ' (' || s.reason || ') rests on decision ' || s.decision || ', ' || coalesce('which is ' || d.kind, 'which is not there') as said
   from serving s left join decision d on d.model = s.model and d.seq = s.decision
   where s.decision is not null and not exists (select from ${KINDS} where allowed.reason = s.reason and allowed.kind = d.kind)`,
  `select model || ': decision ' || decision || ' changed who serves ' || count(*) || ' times' as said
   from serving where decision is not null group by model, decision having count(*) > 1`,
)

/** Every decision comes out again from what the loop was told. */
export const servingDecided: Invariant = {
  id: 'I9',
  holds: 'every change of who serves has a decision, and every decision can be made again',
  async look(scene) {
    const found = [...(await changesWithDecision.look(scene))]
    if (!scene.isThorough) return found
    const models = await scene.sql<{ model: string }>("select model from loop_state where phase = 'living'")
    for (const { model } of models) found.push(...(await decidedAgain(scene, model)))
    return found
  },
}

interface Told {
  readonly seq: number
  readonly policy: number
  readonly body: Observation | Began
}

async function decidedAgain({ sql, database }: Scene, model: string): Promise<string[]> {
  const policies = policyReader(database.kysely)
  const observations = await sql<Told>('select seq, policy, body from observation where model = $1 order by seq', [
    model,
  ])
  const decisions = await sql<{ seq: number; observation: number; record: unknown }>(
    'select seq, observation, record from decision where model = $1 order by seq',
    [model],
  )
  const recorded = new Map<number, unknown[]>()
  for (const { observation, record } of decisions)
    recorded.set(observation, [...(recorded.get(observation) ?? []), record])
  let state: LoopState | null = null
  for (const { seq, policy, body } of observations) {
    if (body.kind === 'began') {
      state = readLoopState(body.state)
      continue
    }
    if (state === null) return [`${model}: observation ${seq} was made before its life began`]
    const { live } = await policies.at(model, policy)
    const next = step(state, body, live.loop)
    state = readLoopState(asRecorded(next.state))
    if (!isDeepStrictEqual(asRecorded(next.decisions), recorded.get(seq) ?? []))
      return [`${model}: from observation ${seq} other decisions follow than are on record`]
  }
  return []
}

function asRecorded<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
